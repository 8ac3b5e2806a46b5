import type { Withdrawal } from '@ferry/contracts';
import { FerryError, type ErrorCode } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { Journal } from '../journal/journal.ts';
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
    const asked = code === 'TRANSFER_WITHDRAWN';
    session.journal.append({ name: 'withdrawn', reason, ...(!asked && { code }) });
    // Before the guest is touched: an agent that dies now goes on withdrawing when it is back.
    await session.journal.sync().catch((error: unknown) => services.log.warn({ vm, error }, 'not written down'));
    await services.streamKeys.forget(session.plan);
    session.withdrawal = new FerryError(code, reason);
    const withdrawal = await takeBack(services, session, 'withdraw');
    if (withdrawal.outcome === 'kept' || withdrawal.outcome === 'ended') session.end(session.withdrawal);
    else machine.reopen(session);
    services.reportChange();
    services.log.info({ vm, reason, ...withdrawal }, 'withdrawn');
    return { ...withdrawal, ...givenUp(session.journal) };
  });
}

/** Why this host gave the transfer up by itself, if it did: what failed after that is only what follows from it. */
function givenUp({ entries }: Journal): Pick<Withdrawal, 'failure'> {
  const begun = entries.findLastIndex(({ name }) => name === 'transfer-started');
  for (const entry of entries.slice(begun + 1))
    if (entry.name === 'withdrawn' && entry.code !== undefined)
      return { failure: { code: entry.code, detail: entry.reason } };
  return {};
}
