import type { Copied, Listening } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import { handOver } from '../handover/hand-over.ts';
import { TransferWatch } from '../handover/transfer-watch.ts';
import { CopyGone } from '../hypervisor/port.ts';
import { copyMemory } from './copy-memory.ts';
import { untilOver, type PhaseFunction } from './phase-function.ts';

/** Begins the transfer, or finds it begun, and watches it until the CPUs have stopped. */
export const transferMemory: PhaseFunction<Listening, Copied> = async (services, plan, listening, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const watch = new TransferWatch(services, session);
  try {
    const end = await copyMemory(services, { session, listening, attempt, watch });
    if (end === 'handed-over') return watch.result();
    attempt.deed?.({ finishedAt: services.hypervisor.source.stoppedAt(plan.vm) ?? new Date().toISOString() });
    await untilOver(handOver(services, session).done, attempt);
    return watch.result();
  } catch (error) {
    if (!(error instanceof CopyGone)) throw error;
    // It may have ended because it had handed over and was retired.
    if (session.journal.last('released')) return watch.result();
    throw new FerryError('GUEST_GONE', error.message, { cause: error });
  }
};
