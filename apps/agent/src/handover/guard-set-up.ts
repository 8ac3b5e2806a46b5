import type { AgentServices } from '../agent-services.ts';
import { entriesSince } from '../journal/journal.ts';
import type { MigrationSession } from '../session/migration-session.ts';

const setUpLimitMs = 5_000;

/**
 * While two hypervisors find out whether they have the same key, the source's may stand still and its guest with it, for
 * as long as the destination says nothing. So it is bounded; also by an agent that comes after the one that began the transfer,
 * unless that one has seen the end of it.
 */
export async function guardSetUp(
  { hypervisor, log }: AgentServices,
  { plan, journal, signal }: MigrationSession,
): Promise<void> {
  const { vm, policy } = plan;
  const started = journal.last('transfer-started');
  if (policy.stream === 'plain-text' || started === null) return;
  if (entriesSince(journal.entries, 'transfer-started').some(({ name }) => name === 'set-up-over')) return;
  try {
    const isOver = await hypervisor.source.boundSetUp(vm, started.uri, setUpLimitMs);
    // Superseded, its journal may be closed.
    if (isOver && !signal.aborted) journal.append({ name: 'set-up-over' });
  } catch (error) {
    log.error({ vm, error }, 'the set-up of the stream could not be broken off');
  }
}
