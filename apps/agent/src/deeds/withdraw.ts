import type { Withdrawal } from '@ferry/contracts';
import { FerryError, type ErrorCode, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { takeBack } from '../handover/take-back.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/** Gives the transfer up and takes the guest back, if by the record it is still this host's to take. Idempotent. */
export async function withdraw(
  services: AgentServices,
  plan: MigrationPlan,
  { reason }: { reason: string },
): Promise<Withdrawal> {
  const session = await services.sessions.of(plan.vm).enter(plan);
  return withdrawSession(services, session, 'TRANSFER_WITHDRAWN', reason);
}

/** @param code what the phases that run for the session end with, unless the guest has moved */
export function withdrawSession(
  services: AgentServices,
  session: MigrationSession,
  code: ErrorCode,
  reason: string = code,
): Promise<Withdrawal> {
  return services.sessions.of(session.plan.vm).exclusively(async () => {
    session.journal.append({ name: 'withdrawn', reason });
    // Before the guest is touched: an agent that dies now goes on withdrawing when it is back.
    await session.journal.sync();
    const withdrawal = await takeBack(services, session, 'withdraw');
    if (withdrawal.outcome !== 'moved') session.end(new FerryError(code, `withdrawn: ${reason}`));
    services.reportChange();
    services.log.info({ vm: session.plan.vm, reason, ...withdrawal }, 'withdrawn');
    return withdrawal;
  });
}
