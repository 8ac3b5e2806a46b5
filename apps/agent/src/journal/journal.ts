import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { FerryError, type ErrorCode, type Instant, type MigrationPlan, type TransferStatistics } from '@ferry/domain';

const syncData = promisify(fdatasync);

/** What an attempt needs to go on, and when it happened where it was seen. */
export type Milestone =
  | { name: 'opened'; plan: MigrationPlan }
  /** `paused`: nobody starts the guest's CPUs but a person. */
  | {
      name: 'destination-created';
      uri: string;
      paused: boolean;
      /** Public: the source's, by which the secret of the stream was made, and this host's. */
      sourceKey: string | null;
      streamKey: string | null;
    }
  /** `uri`: where to. */
  | { name: 'transfer-started'; paused: boolean; uri: string }
  /** The hypervisors of an encrypted stream have found out whether they have the same key: silence has another reason now. */
  | { name: 'set-up-over' }
  /** What people have changed of the plan's policy and gate; also before the transfer. */
  | { name: 'steered'; plan: MigrationPlan }
  /** What the policy's last resort has changed of the plan. */
  | { name: 'widened'; plan: MigrationPlan }
  /** The switchover may be near. Synced, so that it is known even after a loss of power. */
  | { name: 'converging' }
  /** The transfer was told to end by post-copy. */
  | { name: 'post-copy-asked' }
  /** From here on the destination may have the whole state. */
  | { name: 'switching-over'; stoppedAt: Instant }
  /** The transfer is over, and the guest still this host's. */
  | { name: 'kept' }
  | { name: 'released'; generation: number }
  /** The hypervisor's own figures: after the source is retired nobody else has them. */
  | { name: 'measured'; statistics: TransferStatistics }
  | { name: 'started'; generation: number }
  | { name: 'running'; runningAt: Instant }
  /** All of the guest's memory is here. */
  | { name: 'whole' }
  /** `code`: where this host gave the transfer up by itself. */
  | { name: 'withdrawn'; reason: string; code?: ErrorCode }
  | { name: 'discarded' }
  | { name: 'retired' };

export type MilestoneName = Milestone['name'];
export type JournalEntry = Milestone & {
  at: Instant;
  /** Of the machine since its boot, so that entries of different processes compare. */
  monotonicMs: number;
  boot: string;
};

/** What came after the last of that name; all of it where there is none. */
export function entriesSince(entries: readonly JournalEntry[], name: MilestoneName): readonly JournalEntry[] {
  return entries.slice(entries.findLastIndex((entry) => entry.name === name) + 1);
}

/**
 * The journal of one migration on one host: an append-only file of JSON lines. An entry survives the agent's death once
 * it is appended, and the machine's once it is synced. Where its disk takes nothing more, entries are kept in memory until
 * it does: what a guest waits for goes on, and what has to survive is refused by `sync`.
 */
export class Journal {
  readonly entries: JournalEntry[];
  readonly #file: number;
  #unwritten = Buffer.alloc(0);

  private constructor(file: number, entries: JournalEntry[]) {
    this.#file = file;
    this.entries = entries;
  }

  /** A line that was cut off, by a loss of power or a full disk, is no entry, and the next is not to be appended to it. */
  static open(path: string): Journal {
    const file = openSync(path, 'a+', 0o600);
    const bytes = readFileSync(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
    if (whole.length < bytes.length) ftruncateSync(file, whole.length);
    return new Journal(file, parse(whole.toString()));
  }

  /** Appends without waiting for the disk: this runs inside the blackout, and costs some microseconds. */
  append(milestone: Milestone): JournalEntry {
    const entry: JournalEntry = {
      ...milestone,
      at: new Date().toISOString(),
      monotonicMs: monotonicMs(),
      boot: bootId,
    };
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(`${JSON.stringify(entry)}\n`)]);
    this.entries.push(entry);
    try {
      this.#write();
    } catch {
      // Whoever needs it on the disk asks for that, and is told.
    }
    return entry;
  }

  /** Throws `JOURNAL_UNWRITABLE` unless all entries would survive the agent's death. */
  demandWritten(): void {
    try {
      this.#write();
    } catch (cause) {
      throw unwritable(cause);
    }
  }

  /** Returns when all entries would survive a loss of power. Throws `JOURNAL_UNWRITABLE`. */
  async sync(): Promise<void> {
    this.demandWritten();
    await syncData(this.#file).catch((cause: unknown) => {
      throw unwritable(cause);
    });
  }

  #write(): void {
    while (this.#unwritten.length > 0)
      this.#unwritten = this.#unwritten.subarray(writeSync(this.#file, this.#unwritten));
  }

  last<N extends MilestoneName>(name: N): (JournalEntry & { name: N }) | null {
    const found = this.entries.findLast((entry) => entry.name === name);
    return (found as (JournalEntry & { name: N }) | undefined) ?? null;
  }

  /** How long ago that was last, by the machine's own clock, which nobody sets; 0 where it was not since its boot. */
  msSince(name: MilestoneName): number {
    const entry = this.last(name);
    return entry?.boot === bootId ? monotonicMs() - entry.monotonicMs : 0;
  }

  /** What was done under the epoch. */
  under(epoch: number): JournalEntry[] {
    const from = this.entries.findIndex((entry) => entry.name === 'opened' && entry.plan.epoch === epoch);
    if (from === -1) return [];
    const length = this.entries.slice(from + 1).findIndex(({ name }) => name === 'opened');
    return length === -1 ? this.entries.slice(from) : this.entries.slice(from, from + 1 + length);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function unwritable(cause: unknown): FerryError {
  return new FerryError('JOURNAL_UNWRITABLE', cause instanceof Error ? cause.message : String(cause), { cause });
}

function parse(text: string): JournalEntry[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Tells the machine's boots apart. */
export const bootId = readBootId();
