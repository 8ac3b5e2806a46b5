import { setTimeout as pause } from 'node:timers/promises';
import { AutoConverge } from './auto-converge.ts';
import type { MigrationInfo, MigrationStatus } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import { MigrationFailure } from './faults.ts';
import { type Link, openLink, writeBroken } from './link.ts';
import { pageBytes } from './guest-memory.ts';
import type { Machine } from './machine.ts';
import type { MigrationSettings } from './migration-settings.ts';
import { PostCopySource } from './post-copy-source.ts';
import { TransferProgress } from './transfer-progress.ts';

const tickMs = 5;

class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Who went before it was told that all is over has all it needs. */
function unlessGone(error: unknown): void {
  if (!(error instanceof MigrationFailure)) throw error;
}

/** One outgoing migration, from `migrate` to where it can't change any more. */
export class MigrationSource {
  readonly #machine: Machine;
  readonly #settings: MigrationSettings;
  readonly #progress: TransferProgress;
  readonly #ballast: () => number;
  readonly #autoConverge: AutoConverge;
  readonly #interrupt = new AbortController();
  #status: MigrationStatus = 'none';
  #failure: string | undefined;
  #link: Link | undefined;
  #goOn: (() => void) | undefined;
  #postCopyWanted = false;
  #postCopy: PostCopySource | undefined;

  /**
   * Begins at once; how it goes is told by `status`, by events, and by what becomes of the machine.
   * @param ballast bytes that count as left to send, and are not sent before the switchover
   */
  constructor(machine: Machine, settings: MigrationSettings, uri: string, ballast: () => number) {
    this.#ballast = ballast;
    this.#machine = machine;
    this.#settings = settings;
    this.#progress = new TransferProgress(machine.memory.bytes);
    this.#autoConverge = new AutoConverge(() => settings.parameters);
    void this.#run(uri);
  }

  get status(): MigrationStatus {
    return this.#status;
  }

  get inProgress(): boolean {
    return !['completed', 'failed', 'cancelled'].includes(this.#status);
  }

  get hasLink(): boolean {
    return this.inProgress && this.#link !== undefined;
  }

  describe(): MigrationInfo {
    if (this.#status === 'setup') return { status: 'setup' };
    if (this.#status === 'cancelled') return { status: 'cancelled' };
    if (this.#status === 'failed') {
      return { status: 'failed', ...(this.#failure !== undefined && { 'error-desc': this.#failure }) };
    }
    const { percent } = this.#autoConverge;
    return {
      status: this.#status,
      ...(percent > 0 && { 'cpu-throttle-percentage': percent }),
      ...this.#progress.describe(this.#settings.downtimeLimit, this.#status === 'completed'),
    };
  }

  /** `migrate-continue`: out of `pre-switchover`. */
  continue(expected: MigrationStatus): void {
    if (this.#status !== expected) throw new CommandError(`Migration not in expected state: ${this.#status}`);
    this.#goOn?.();
  }

  cancel(): void {
    if (!this.inProgress || this.#status === 'cancelling') return;
    this.#enter('cancelling');
    // Out of a post-copy whose link has broken QEMU 7.2 never comes again.
    if (!this.#postCopy?.isPaused) this.#break(new Cancelled());
  }

  /** Breaks the link, as if the other end were gone. */
  yank(): void {
    this.#break(new MigrationFailure(writeBroken));
  }

  /** `migrate-start-postcopy`: from the next look on, unless all is about to be sent anyway. */
  startPostCopy(): void {
    if (!this.#settings.has('postcopy-ram')) {
      throw new CommandError('Enable postcopy with migrate_set_capability before the start of migration');
    }
    if (this.#status === 'none') throw new CommandError('Postcopy must be started after migration has been started');
    this.#postCopyWanted = true;
  }

  /** `migrate-pause` */
  pause(): void {
    if (this.#status !== 'postcopy-active') {
      throw new CommandError('migrate-pause is currently only supported during postcopy-active state');
    }
    this.yank();
  }

  /** `migrate` with `resume`. As in QEMU the command returns at once, and a failure is told to nobody. */
  resume(uri: string): void {
    if (!this.#postCopy?.isPaused) throw new CommandError('Cannot resume if there is no paused migration');
    this.#postCopy
      .resume(uri)
      .catch((error: unknown) => process.stderr.write(`qemu-system-x86_64: ${String(error)}\n`));
  }

  #break(reason: Error): void {
    if (this.#postCopy) this.#postCopy.interrupt(reason);
    else this.#interrupt.abort(reason);
  }

  async #run(uri: string): Promise<void> {
    let ran: boolean | undefined;
    try {
      await this.#connect(uri);
      await this.#sendRounds();
      ran = this.#machine.haltForSwitchover();
      this.#progress.halted();
      await this.#waitForLeave();
      if (this.#postCopy) await this.#postCopy.serve(ran);
      else await this.#sendState(ran);
      this.#machine.settleAsSource();
      this.#progress.ended();
      this.#enter('completed');
      await this.#strike('completed');
      // QEMU reckons them when it gets its main loop, and tells nobody.
      await pause(tickMs);
      this.#progress.reckoned();
    } catch (error) {
      // A timer cut short says only that it was, not why.
      if (this.inProgress)
        this.#comeBack((this.#postCopy ? error : (this.#interrupt.signal.reason ?? error)) as Error, ran);
    }
    await this.#close();
  }

  async #connect(uri: string): Promise<void> {
    this.#enter('setup');
    await this.#strike('setup');
    this.#link = await openLink(uri, this.#interrupt.signal, this.#settings.credentials);
    if (this.#settings.has('return-path') && !this.#link.hasReturnPath) {
      throw new MigrationFailure('Unable to open return-path for postcopy');
    }
    const { machineType, uuid } = this.#machine.configuration;
    this.#link.send({
      kind: 'header',
      machineType,
      memoryBytes: this.#machine.memory.bytes,
      multifd: this.#settings.multifd,
      ...(this.#settings.has('validate-uuid') && { uuid }),
    });
    this.#progress.setupDone();
    this.#sync(this.#machine.memory.allPages(this.#machine.guestNs));
    this.#enter('active');
    await this.#strike('active');
  }

  /** Pre-copy: round after round, until what is left fits into the downtime. QEMU decides as this loop does. */
  async #sendRounds(): Promise<void> {
    let sentUntil = performance.now();
    let allowed = 0;
    for (;;) {
      const threshold = this.#progress.threshold(this.#settings.downtimeLimit);
      if (this.#progress.leftBytes < threshold) this.#sync(this.#machine.memory.dirtied(this.#machine.guestNs));
      const left = this.#progress.leftBytes + this.#ballast();
      if (left === 0 || left < threshold) {
        this.#postCopyWanted = false;
        return;
      }
      if (this.#postCopyWanted) return;
      await pause(tickMs, undefined, { signal: this.#interrupt.signal });
      const now = performance.now();
      allowed = Math.min(allowed, this.#settings.bandwidth) + (this.#settings.bandwidth * (now - sentUntil)) / 1000;
      sentUntil = now;
      if (!this.#link?.hasRoom() || this.#link.isCut) continue;
      if (this.#progress.leftBytes === 0) allowed -= this.#progress.marked(allowed);
      // A page that is not wholly paid for waits, so that a tiny bandwidth is one.
      if (allowed < 4104) continue;
      allowed -= this.#sendPages(allowed);
    }
  }

  async #waitForLeave(): Promise<void> {
    if (!this.#settings.has('pause-before-switchover')) {
      this.#leave();
      return;
    }
    const { signal } = this.#interrupt;
    const left = new Promise<void>((resolve, reject) => {
      this.#goOn = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    this.#enter('pre-switchover');
    await Promise.all([this.#strike('pre-switchover'), left]);
    this.#goOn = undefined;
    this.#leave();
  }

  /** On to the end, or into post-copy. */
  #leave(): void {
    if (!this.#postCopyWanted || !this.#link) {
      this.#enter('device');
      return;
    }
    this.#machine.inactivateImages();
    this.#sync(this.#machine.memory.dirtied(this.#machine.guestNs));
    const parts = { machine: this.#machine, settings: this.#settings, progress: this.#progress };
    const enter = (status: MigrationStatus) => this.#enter(status);
    this.#postCopy = new PostCopySource({ ...parts, enter }, this.#link, this.#interrupt);
    this.#enter('postcopy-active');
  }

  async #sendState(ran: boolean): Promise<void> {
    this.#machine.inactivateImages();
    await this.#strike('device');
    this.#sync(this.#machine.memory.dirtied(this.#machine.guestNs));
    this.#sendPages(Infinity);
    await pause(3 + this.#machine.faults.random.next() * 6, undefined, { signal: this.#interrupt.signal });
    this.#link?.send({ kind: 'state', guest: this.#machine.guestState(ran) });
    await this.#strike('answer');
    // Whoever reads a file next finds all of it there.
    if (this.#link?.hasReturnPath === false) await this.#link.finish();
    if (!this.#settings.has('return-path')) return;
    const answer = await this.#link?.next(this.#interrupt.signal);
    if (answer?.kind !== 'loaded') throw new MigrationFailure('RP: Received invalid message');
  }

  #comeBack(error: Error, ran: boolean | undefined): void {
    if (this.#postCopy) {
      this.#machine.stayBehind();
      this.#enter(error instanceof Cancelled ? 'cancelled' : 'failed');
      return;
    }
    // A cancel over a link that carries nothing ends as a failure.
    const cancelled = error instanceof Cancelled && !this.#link?.isCut;
    if (this.#status === 'cancelling' || error instanceof Cancelled) {
      if (ran !== undefined) this.#machine.backToBefore(ran);
      this.#enter(cancelled ? 'cancelled' : 'failed');
      return;
    }
    this.#failure = error.message;
    process.stderr.write(`qemu-system-x86_64: ${error.message}\n`);
    this.#enter('failed');
    if (ran !== undefined) this.#machine.backToBefore(ran);
  }

  async #close(): Promise<void> {
    // Who is behind a cut link is not to see it close.
    const link = this.#postCopy?.link ?? this.#link;
    if (link?.isCut) return;
    if (this.#status !== 'completed') link?.destroy();
    else await link?.finish().catch(unlessGone);
  }

  #sendPages(allowed: number): number {
    const bytes = this.#progress.take(allowed);
    if (bytes > 0) this.#link?.send({ kind: 'pages', bytes });
    return bytes;
  }

  #sync(pages: { normal: number; zero: number }): void {
    const pass = this.#progress.synced(pages);
    // The first pass is over all there is, and says nothing of the guest.
    if (pass > 1 && this.#settings.has('auto-converge')) {
      this.#autoConverge.synced(pages.normal * pageBytes, this.#progress.transferredBytes);
      this.#machine.memory.slowedByPercent = this.#autoConverge.percent;
    }
    if (this.#settings.has('events')) this.#machine.emit('MIGRATION_PASS', { pass });
  }

  async #strike(point: 'setup' | 'active' | 'pre-switchover' | 'device' | 'answer' | 'completed'): Promise<void> {
    const deed = await this.#machine.faults.strike('source', point, this.#interrupt.signal);
    if (deed === 'cut-link') this.#link?.cut();
  }

  #enter(status: MigrationStatus): void {
    this.#status = status;
    if (!this.inProgress) {
      this.#autoConverge.stop();
      this.#machine.memory.slowedByPercent = 0;
    }
    if (this.#settings.has('events')) this.#machine.emit('MIGRATION', { status });
  }
}
