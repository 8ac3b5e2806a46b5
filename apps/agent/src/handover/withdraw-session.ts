import type { Withdrawal } from '@ferry/contracts';
import { FerryError, type ErrorCode } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { takeBack } from './take-back.ts';

/**
 * Gives the session's transfer up and takes the guest back, if by the record it is still this host's to take. Idempotent.
 * @param code what the phases that run for the session end with, unless the guest has moved
 */
export function withdrawSession(
  services: AgentServices,
  session: MigrationSession,
  code: ErrorCode,
  reason: string,
): Promise<Withdrawal> {
  const { vm } = session.plan;
  const machine = services.sessions.of(vm);
  return machine.exclusively(async () => {
    machine.demandServing(session.plan);
    session.journal.append({ name: 'withdrawn', reason });
    // Before the guest is touched: an agent that dies now goes on withdrawing when it is back.
    await session.journal.sync().catch((error: unknown) => services.log.warn({ vm, error }, 'not written down'));
    await services.streamKeys.forget(session.plan);
    session.withdrawal = new FerryError(code, reason);
    const withdrawal = await takeBack(services, session, 'withdraw');
    if (withdrawal.outcome === 'kept' || withdrawal.outcome === 'ended') session.end(session.withdrawal);
    else machine.reopen(session);
    services.reportChange();
    services.log.info({ vm, reason, ...withdrawal }, 'withdrawn');
    return withdrawal;
  });
}
