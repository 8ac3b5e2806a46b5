import { setTimeout as pause } from 'node:timers/promises';
import { downtimeAimMs, downtimeWithin, type MigrationPolicy, type Pass } from '@ferry/domain';
import type { MigrationInfo } from '@ferry/qmp';
import { CopyGone } from '../port.ts';
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
/** If a pass is the last one, its CPUs have been stopped by then: a question would only keep QEMU from its work. */
const lastPassMs = 5;
const askAgainMs = 50;

/**
 * Keeps the transfer out of one QEMU from switching over, for as long as it takes; and, open, from doing so at a worse
 * moment than it has to.
 *
 * With a `downtime-limit` of 0 QEMU switches over only when nothing at all is left to send, and does not look for what
 * was dirtied. So that there is always something left it carries a ballast: a bitmap of a disk that no guest sees, which
 * is not sent before the switchover. A guest that dirties nothing stays just as well as one that dirties much, at any
 * bandwidth, also while no agent watches. Open, its few bytes weigh nothing.
 */
export class Gate {
  readonly #monitor: Monitor;
  #emptySince: number | null = null;
  #watching = new AbortController();

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
    this.#watching.abort();
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

  /** Lets the transfer switch over within the policy's downtime limit, and, unless forced, within far less as long as that comes nearer. */
  async open(policy: MigrationPolicy, { force }: { force: boolean }): Promise<void> {
    this.#emptySince = null;
    this.#watching.abort();
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    const withinMs = force ? policy.downtimeLimitMs : downtimeAimMs(policy.downtimeLimitMs);
    const opened = this.#monitor.execute('migrate-set-parameters', parametersOf(policy, 'open', withinMs));
    // Also where this is not answered: it may be done nevertheless.
    if (!force) void this.#widen(policy, signal);
    await opened;
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

  /** Gives the transfer all of its downtime limit when no pass brings it nearer to less; looks at once, and then at each pass. */
  async #widen(policy: MigrationPolicy, signal: AbortSignal): Promise<void> {
    const monitor = this.#monitor;
    let opened: MigrationInfo | null = null;
    for (let [before, seen] = [null as Pass | null, -1]; ;) {
      try {
        await monitor.until(() => monitor.passes > seen || monitor.stage !== 'copying', signal);
        const begun = monitor.passes;
        await pause(lastPassMs, undefined, { signal });
        if (monitor.stage !== 'copying' || monitor.stoppedAt !== null) return;
        const info = await monitor.execute('query-migrate', {});
        opened ??= info;
        const pass = passSince(opened, info);
        const withinMs = downtimeWithin(policy, pass, before);
        [before, seen] = [pass, begun];
        if (withinMs < policy.downtimeLimitMs) continue;
        signal.throwIfAborted();
        await monitor.execute('migrate-set-parameters', { 'downtime-limit': withinMs });
        return;
      } catch (error) {
        // Ended, or let go of, it is nobody's to widen. Who can't be asked now is asked again.
        if (signal.aborted || error instanceof CopyGone || monitor.isClosed) return;
        await pause(askAgainMs);
      }
    }
  }
}

function passSince(opened: MigrationInfo, { ram, ...info }: MigrationInfo): Pass {
  const ms = (info['total-time'] ?? 0) - (opened['total-time'] ?? 0);
  const rounds = (ram?.['dirty-sync-count'] ?? 0) - (opened.ram?.['dirty-sync-count'] ?? 0) + 1;
  return { ms, rounds, leftMs: ram && ram.mbps > 0 ? (ram.remaining * 8) / (ram.mbps * 1_000) : null };
}
