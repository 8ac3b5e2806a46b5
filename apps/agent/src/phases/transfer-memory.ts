import { setTimeout as pause } from 'node:timers/promises';
import type { Listening } from '@ferry/contracts';
import { FerryError, type MigrationPlan, type TransferProgress } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { guardSetUp } from '../handover/guard-set-up.ts';
import { handOver } from '../handover/hand-over.ts';
import { transferFailed } from '../handover/switch-over.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import { CopyGone, type TransferStage } from '../hypervisor/port.ts';
import { withdrawSession } from '../handover/withdraw-session.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { demandKey } from '../stream/demand-key.ts';
import { untilOver, type PhaseFunction } from './phase-function.ts';

/** Four times a second. */
const progressMs = 250;
/** A hypervisor that sends its last pages, or waits for its guest's disks, answers nobody meanwhile. */
const silenceMs = 5_000;
const copied = ['held', 'finishing', 'settled'] as const satisfies TransferStage[];
const ended = [...copied, 'failed', 'cancelled'] as const satisfies TransferStage[];

/** Begins the transfer, or finds it begun, and watches it until the CPUs have stopped. */
export const transferMemory: PhaseFunction<Listening, { rounds: number; transferredBytes: number }> = async (
  services,
  plan,
  listening,
  attempt,
) => {
  const { source } = services.hypervisor;
  const session = await services.sessions.of(plan.vm).enter(plan);
  const watched = new AbortController();
  const signal = AbortSignal.any([attempt.signal, session.signal, watched.signal]);
  const watch = new Watch(services, plan);
  try {
    if ((await begin(services, session, listening)) === 'handed-over') return watch.result(session);
    const stage = await Promise.race([source.reach(plan.vm, ended, signal), watch.untilStalled(signal)]);
    watched.abort();
    if (stage === 'stalled') {
      const why = `not one more byte was transferred within ${plan.policy.stallLimitMs} ms`;
      const { outcome } = await withdrawSession(services, session, 'TRANSFER_STALLED', why);
      if (outcome === 'kept' || outcome === 'ended') throw new FerryError('TRANSFER_STALLED', why);
    }
    if (stage === 'failed' || stage === 'cancelled') await transferFailed(services, session, stage);
    attempt.deed?.({ finishedAt: source.stoppedAt(plan.vm) ?? new Date().toISOString() });
    await untilOver(handOver(services, session).done, attempt);
    return watch.result(session);
  } catch (error) {
    if (!(error instanceof CopyGone)) throw error;
    // It may have ended because it had handed over and was retired.
    if (session.journal.last('released')) return watch.result(session);
    throw new FerryError('GUEST_GONE', error.message, { cause: error });
  } finally {
    watched.abort();
  }
};

async function begin(
  services: AgentServices,
  session: MigrationSession,
  { uri, streamKey }: Listening,
): Promise<'copying' | 'handed-over'> {
  const { plan, journal } = session;
  const { streamKeys } = services;
  const { source } = services.hypervisor;
  return services.sessions.of(plan.vm).exclusively(async () => {
    session.signal.throwIfAborted();
    if (session.transferBegun && source.stage(plan.vm) !== 'idle') {
      await streamKeys.forget(plan);
      return 'copying';
    }
    const view = await lookAtSource(services, plan.vm, 'hand-over');
    if (view.decision === 'undecidable') throw missingFact(view);
    // An attempt that comes late: the agents have finished without a control plane.
    const elsewhere = view.decision === 'retire' || view.decision === 'give-up';
    if (elsewhere && journal.last('released')) return 'handed-over';
    if (view.decision !== 'wait') {
      throw new FerryError('HANDLE_LOST', `the guest is not this host’s to move: ${JSON.stringify(view.record)}`);
    }
    if (view.copy === 'copying') throw new FerryError('TRANSFER_FAILED', 'another transfer of the VM is under way');
    const { policy, gate } = session.plan;
    const encrypted = policy.stream !== 'plain-text';
    const secret = encrypted ? await streamKeys.agree(plan, demandKey(streamKey, plan.destination)) : null;
    // Armed before it begins: from here on this host hands the guest over by itself.
    await handOver(services, session).ready;
    journal.append({ name: 'transfer-started', paused: view.copy === 'paused', uri });
    await source.start(plan.vm, { uri, policy, gate, secret });
    void guardSetUp(services, session);
    // No attempt after this one begins the transfer.
    await streamKeys.forget(plan);
    return 'copying';
  });
}

/** Looks at a transfer at a steady pace, tells the API, and notices when it stands still, or can't be seen. */
class Watch {
  readonly #services: AgentServices;
  readonly #plan: MigrationPlan;
  #last: TransferProgress | null = null;

  constructor(services: AgentServices, plan: MigrationPlan) {
    this.#services = services;
    this.#plan = plan;
  }

  /**
   * Resolves when no byte more was transferred within the policy's time, and else not before the signal. Throws
   * `HYPERVISOR_SILENT` when nothing could be seen for a while: to call the transfer off would then be a guess, and what is
   * armed goes on as soon as the hypervisor does.
   */
  async untilStalled(signal: AbortSignal): Promise<'stalled'> {
    let grownAt = performance.now();
    let seenAt = grownAt;
    for (;;) {
      await pause(progressMs, undefined, { signal });
      const before = this.#last?.transferredBytes ?? 0;
      const progress = await this.#look();
      if (progress === null) {
        if (performance.now() - seenAt > silenceMs) throw silent(this.#plan);
        continue;
      }
      seenAt = performance.now();
      if (progress.transferredBytes > before) grownAt = performance.now();
      if (performance.now() - grownAt > this.#plan.policy.stallLimitMs) return 'stalled';
    }
  }

  result({ journal }: MigrationSession): { rounds: number; transferredBytes: number } {
    const seen = journal.last('measured')?.statistics ?? this.#last;
    const { rounds = 0, transferredBytes = 0 } = seen ?? {};
    return { rounds, transferredBytes };
  }

  /** A look that fails is none: a slow monitor in the switchover is no failure. */
  async #look(): Promise<TransferProgress | null> {
    const { hypervisor, host, log } = this.#services;
    const { migration, vm } = this.#plan;
    try {
      this.#last = await hypervisor.source.progress(vm);
    } catch (error) {
      log.debug({ vm, error }, 'the transfer could not be looked at');
      return null;
    }
    this.#services.reportProgress({ ...this.#last, migration, vm, host, at: new Date().toISOString() });
    return this.#last;
  }
}

function silent({ vm }: MigrationPlan): FerryError {
  const detail = `the hypervisor of ${vm} has not answered for ${silenceMs / 1000} s; it may wait for the guest’s disks`;
  return new FerryError('HYPERVISOR_SILENT', detail);
}
