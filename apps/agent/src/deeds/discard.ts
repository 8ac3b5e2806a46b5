import { FerryError, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { discardDestination, type Discarded } from './discard-destination.ts';

/** Destroys what was built of the destination VM. Idempotent. */
export async function discard(services: AgentServices, plan: MigrationPlan): Promise<Discarded> {
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enterToGiveUp(plan);
  return machine.exclusively(async () => {
    machine.demandServing(plan);
    const result = await discardDestination(services, session);
    if (result.discarded) {
      session.journal.append({ name: 'discarded' });
      session.end(new FerryError('TRANSFER_WITHDRAWN', 'the destination VM was destroyed'));
    }
    services.log.info({ vm: plan.vm, ...result }, 'discard');
    return result;
  });
}
