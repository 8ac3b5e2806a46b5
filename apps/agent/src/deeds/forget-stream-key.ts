import { FerryError, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { transfersForAnother } from '../handover/transfers-for-another.ts';

/** Removes the source's key of a stream that will never begin; under older epochs none is made any more. Idempotent. */
export async function forgetStreamKey(services: AgentServices, plan: MigrationPlan): Promise<void> {
  // Then none was made.
  if (await transfersForAnother(services, plan)) return;
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enterToGiveUp(plan);
  await machine.exclusively(async () => {
    machine.demandServing(plan);
    const reason = 'the migration ended before its transfer began';
    session.journal.append({ name: 'withdrawn', reason });
    session.end(new FerryError('TRANSFER_WITHDRAWN', reason));
    await services.streamKeys.forget(plan);
  });
}
