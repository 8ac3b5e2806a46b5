import type { Listening } from '@ferry/contracts';
import { FerryError, type RehearsalFigures, type TransferProgress } from '@ferry/domain';
import { handOver } from '../handover/hand-over.ts';
import { TransferWatch } from '../handover/transfer-watch.ts';
import { CopyGone } from '../hypervisor/port.ts';
import { copyMemory } from './copy-memory.ts';
import type { PhaseFunction } from './phase-function.ts';
import { Rehearsing } from './rehearsing.ts';

/** Twenty times a second: a small guest is copied in less than one. */
const lookMs = 50;

/** Begins the transfer with its gate shut, and watches it until it is known how a migration would go. The guest runs on. */
export const rehearseMemory: PhaseFunction<Listening, RehearsalFigures> = async (
  services,
  plan,
  listening,
  attempt,
) => {
  if (plan.gate !== 'shut') throw new FerryError('INTERNAL', 'a rehearsal that could switch over is none');
  const session = await services.sessions.of(plan.vm).enter(plan);
  const rehearsing = new Rehearsing(plan.policy);
  const enough = (progress: TransferProgress) => rehearsing.see(progress, session.journal.msSince('transfer-started'));
  const watch = new TransferWatch(services, session, { lookMs, enough });
  try {
    await copyMemory(services, { session, listening, attempt, watch });
    if (rehearsing.figures !== null) return rehearsing.figures;
    // It stands ready to switch over all the same, and is called off there.
    await handOver(services, session).done;
    throw new FerryError('HOLD_BROKEN', 'the guest was handed over though it was to stay');
  } catch (error) {
    if (!(error instanceof CopyGone)) throw error;
    throw new FerryError('GUEST_GONE', error.message, { cause: error });
  }
};
