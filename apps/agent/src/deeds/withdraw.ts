import type { Withdrawal } from '@ferry/contracts';
import type { MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { withdrawSession } from '../handover/withdraw-session.ts';

/** Gives the transfer up and takes the guest back, if by the record it is still this host's to take. */
export async function withdraw(
  services: AgentServices,
  plan: MigrationPlan,
  { reason }: { reason: string },
): Promise<Withdrawal> {
  const session = await services.sessions.of(plan.vm).enterToGiveUp(plan);
  return withdrawSession(services, session, 'TRANSFER_WITHDRAWN', `the migration was withdrawn: ${reason}`);
}
