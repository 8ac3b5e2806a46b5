import { setTimeout as pause } from 'node:timers/promises';
import type { Copied } from '@ferry/contracts';
import {
  decideConvergence,
  FerryError,
  predictTransfer,
  type Copying,
  type MigrationPlan,
  type TransferPrediction,
  type TransferProgress,
} from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { beginPostCopy } from './begin-post-copy.ts';

/** Four times a second. */
const progressMs = 250;
/** A hypervisor that sends its last pages, or waits for its guest's disks, answers nobody meanwhile. */
const silenceMs = 5_000;

/** How often it looks, and whether it has seen what it was to. */
export interface Sight {
  lookMs: number;
  enough(progress: TransferProgress): boolean;
}

const untilTheEnd: Sight = { lookMs: progressMs, enough: () => false };

/** Looks at a transfer at a steady pace, tells the API, and notices when it stands still, goes on and on, or can't be seen. */
export class TransferWatch {
  readonly #services: AgentServices;
  readonly #session: MigrationSession;
  readonly #sight: Sight;
  #last: TransferProgress | null = null;
  #mostThrottledPercent = 0;
  #prediction: TransferPrediction | null = null;
  /** Passes that had been begun when the entry of the journal was first seen. */
  readonly #before = new Map<JournalEntry, number>();

  constructor(services: AgentServices, session: MigrationSession, sight = untilTheEnd) {
    this.#services = services;
    this.#session = session;
    this.#sight = sight;
  }

  /**
   * Resolves with the reason when the transfer is to end by its policy, or when enough is seen, and else not before the signal. Throws
   * `HYPERVISOR_SILENT` when nothing could be seen for a while: to call the transfer off would then be a guess, and what is
   * armed goes on as soon as the hypervisor does.
   */
  async untilHopeless(signal: AbortSignal): Promise<FerryError | 'enough'> {
    let grownAt = performance.now();
    let seenAt = grownAt;
    for (;;) {
      await pause(this.#sight.lookMs, undefined, { signal });
      const before = this.#last?.transferredBytes ?? 0;
      const progress = await this.#look();
      if (progress === null) {
        if (performance.now() - seenAt > silenceMs) throw silent(this.#session.plan);
        continue;
      }
      seenAt = performance.now();
      if (this.#sight.enough(progress)) return 'enough';
      if (progress.transferredBytes > before) grownAt = performance.now();
      const { stallLimitMs } = this.#session.plan.policy;
      if (performance.now() - grownAt > stallLimitMs)
        return new FerryError('TRANSFER_STALLED', `not one more byte was transferred within ${stallLimitMs} ms`);
      const reason = await this.#judgeConvergence(progress);
      if (reason !== null) return new FerryError('NOT_CONVERGING', `${reason}: ${inWords(progress)}`);
    }
  }

  /** What has been seen of the copying. */
  result(): Copied {
    const { journal } = this.#session;
    const { rounds = 0, transferredBytes = 0 } = journal.last('measured')?.statistics ?? this.#last ?? {};
    const widened = journal.last('widened')?.plan.policy.downtimeLimitMs;
    return {
      ...{ rounds, transferredBytes },
      ...(this.#mostThrottledPercent > 0 && { throttlePercent: this.#mostThrottledPercent }),
      ...(widened !== undefined && { widenedDowntimeLimitMs: widened }),
      ...(this.#prediction !== null && { prediction: this.#prediction }),
    };
  }

  /** Why it is to be abandoned; null if it is not. Widens its downtime limit where the policy has that come first. */
  async #judgeConvergence({ rounds }: TransferProgress): Promise<string | null> {
    const { plan, journal } = this.#session;
    // Whoever holds it wants it to go on.
    if (plan.gate === 'shut') return null;
    // A person's word gives all of it anew, also after the last resort.
    const from = journal.entries.findLast(({ name }) => name === 'transfer-started' || name === 'steered');
    if (from === undefined) return null;
    const widened = journal.entries.slice(journal.entries.indexOf(from)).findLast(({ name }) => name === 'widened');
    const ruling = decideConvergence({
      policy: plan.policy,
      so: this.#since(from, rounds),
      sinceWidened: widened ? this.#since(widened, rounds) : null,
    });
    if (ruling.decision === 'go-on') return null;
    const reason = `the guest could not be switched over ${ruling.reason}`;
    if (ruling.decision === 'abandon') return reason;
    if (ruling.decision === 'post-copy') return (await beginPostCopy(this.#services, this.#session)) ? null : reason;
    await this.#widen(plan, ruling);
    return null;
  }

  /** How long, and for how many passes, it has copied since the entry. */
  #since(entry: JournalEntry, rounds: number): Copying {
    if (!this.#before.has(entry)) this.#before.set(entry, entry.name === 'transfer-started' ? 0 : rounds);
    return { ms: this.#session.journal.msSince(entry.name), rounds: rounds - (this.#before.get(entry) ?? 0) };
  }

  async #widen(plan: MigrationPlan, { downtimeLimitMs, reason }: { downtimeLimitMs: number; reason: string }) {
    const { sessions, hypervisor, log } = this.#services;
    const { vm, revision } = plan;
    await sessions.of(vm).exclusively(async () => {
      const now = this.#session.plan;
      // A person was first, or it is switching over already.
      if (this.#session.signal.aborted || now.revision !== revision || hypervisor.source.stage(vm) !== 'copying')
        return;
      const policy = { ...now.policy, downtimeLimitMs };
      await this.#session.steer({ ...now, policy }, 'widened');
      await hypervisor.source.open(vm, policy, { force: true });
      log.warn(
        { vm, downtimeLimitMs },
        `the guest could not be switched over ${reason}: the downtime limit is widened`,
      );
    });
  }

  /** A look that fails is none: a slow monitor in the switchover is no failure. */
  async #look(): Promise<TransferProgress | null> {
    const { hypervisor, host, log } = this.#services;
    const { migration, vm, policy } = this.#session.plan;
    try {
      // One that was started just now is being measured yet.
      const load = this.#prediction === null ? hypervisor.source.memoryLoad(vm) : null;
      if (load !== null) this.#prediction = predictTransfer(load, policy);
      this.#last = await hypervisor.source.progress(vm);
    } catch (error) {
      log.debug({ vm, error }, 'the transfer could not be looked at');
      return null;
    }
    this.#mostThrottledPercent = Math.max(this.#mostThrottledPercent, this.#last.throttlePercent);
    this.#services.reportProgress({ ...this.#last, migration, vm, host, at: new Date().toISOString() });
    return this.#last;
  }
}

function silent({ vm }: MigrationPlan): FerryError {
  const detail = `the hypervisor of ${vm} has not answered for ${silenceMs / 1000} s; it may wait for the guest’s disks`;
  return new FerryError('HYPERVISOR_SILENT', detail);
}

function inWords(progress: TransferProgress): string {
  const { dirtyBytesPerSecond, bytesPerSecond, remainingBytes, throttlePercent } = progress;
  const slowed = throttlePercent > 1 ? `, slowed down by ${throttlePercent} %,` : '';
  return `it changes ${dirtyBytesPerSecond} bytes a second${slowed} while ${bytesPerSecond} are sent, and ${remainingBytes} remain`;
}
