import { handOver } from '../handover/hand-over.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import { serve } from '../handover/serve.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. Ends the old copy, its taps and its files, once the record says that another host owns the guest, and in post-copy has all of it. */
export const retireSource: PhaseFunction<object, { retired: boolean }> = async (services, plan, _, attempt) => {
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  const { done } = handOver(services, session);
  await attend(done, session, attempt);
  await attend(serve(services, session), session, attempt);
  attempt.deed?.({ startedAt: new Date().toISOString() });
  return machine.exclusively(async () => {
    const view = await lookAtSource(services, plan.vm, 'hand-over');
    if (view.decision === 'undecidable') throw missingFact(view);
    if (view.decision !== 'retire' && view.decision !== 'give-up') return { retired: false };
    await services.hypervisor.end(plan.vm, 'at-once');
    // An agent that died as the transfer began may have left it.
    await services.streamKeys.forget(plan);
    session.journal.append({ name: 'retired' });
    services.reportChange();
    return { retired: true };
  });
};
