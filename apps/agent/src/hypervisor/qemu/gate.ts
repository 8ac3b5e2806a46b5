import type { MigrationPolicy } from '@ferry/domain';
import { ballast, isShared, leastThrottlePercent, parametersOf, throttleOf } from './migration-settings.ts';
import type { Monitor } from './monitor.ts';

/** One page, or one marker, a tenth of a second: less QEMU can't. */
const trickle = 4096;
/** After the first pass the copy is kept fresh with this part of the bandwidth: under 1 %. */
const freshShare = 1 / 128;
/** QEMU goes by a new limit from its next measurement on, which it makes ten times a second. */
const inForceMs = 300;
/** Nothing is left to copy: looking for what was dirtied holds QEMU's lock, so it is not done all the time. */
const restMs = 2_000;

/**
 * Keeps the transfer out of one QEMU from switching over, for as long as it takes.
 *
 * With a `downtime-limit` of 0 QEMU switches over only when nothing at all is left to send, and does not look for what
 * was dirtied. So that there is always something left it carries a ballast: a bitmap of a disk that no guest sees, which
 * is not sent before the switchover. A guest that dirties nothing stays just as well as one that dirties much, at any
 * bandwidth, also while no agent watches. Open, its few bytes weigh nothing.
 */
export class Gate {
  readonly #monitor: Monitor;
  #emptySince: number | null = null;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  /** Loads the ballast, where it is not there from an earlier transfer. */
  async prepare(): Promise<void> {
    const nodes = await this.#monitor.execute('query-named-block-nodes', { flat: true });
    const found = nodes.find((node) => node['node-name'] === ballast.node['node-name']);
    if (!found) await this.#monitor.execute('blockdev-add', ballast.node);
    const bitmaps = found?.['dirty-bitmaps'] ?? [];
    if (bitmaps.some(({ name }) => name === ballast.bitmap.name)) return;
    await this.#monitor.execute('block-dirty-bitmap-add', ballast.bitmap);
  }

  /** Whether the transfer is kept now: false if it had come to its switchover first. */
  async shut(): Promise<boolean> {
    // A trickle is outrun by every guest: none is slowed down for it.
    const limits = { 'downtime-limit': 0, ...throttleOf(leastThrottlePercent) };
    await this.#monitor.execute('migrate-set-parameters', limits);
    const late = AbortSignal.timeout(inForceMs);
    try {
      await this.#monitor.until(() => this.#monitor.stage !== 'copying', late);
      return false;
    } catch (error) {
      if (late.aborted && error === late.reason) return true;
      throw error;
    }
  }

  async open(policy: MigrationPolicy): Promise<void> {
    this.#emptySince = null;
    await this.#monitor.execute('migrate-set-parameters', parametersOf(policy, 'open'));
  }

  /** Keeps the copy fresh: to be called at a steady pace while the gate is shut. */
  async breathe(policy: MigrationPolicy): Promise<void> {
    const { ram } = await this.#monitor.execute('query-migrate', {});
    if (!ram) return;
    const copying = ram.remaining > 0;
    const first = ram['dirty-sync-count'] <= 1;
    const rested = this.#emptySince !== null && performance.now() - this.#emptySince > restMs;
    this.#emptySince = copying || rested ? null : (this.#emptySince ?? performance.now());
    const share = first ? 1 : freshShare;
    await this.#monitor.execute('migrate-set-parameters', {
      'max-bandwidth': copying ? Math.max(trickle, Math.floor(policy.bandwidthBytesPerSecond * share)) : trickle,
      // A millisecond of the trickle, which is less than the ballast, makes QEMU look for what was dirtied. Of several
      // connections each sends more than a trickle, only to keep step: then it is left until the gate is opened.
      'downtime-limit': !copying && rested && !isShared(policy) ? 1 : 0,
    });
  }
}
