import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';

const setUpLimitMs = 5_000;

/**
 * While two hypervisors find out whether they have the same key, the source's may stand still and its guest with it, for
 * as long as the destination says nothing. So it is bounded; also by an agent that comes after the one that began the transfer.
 */
export async function guardSetUp(
  { hypervisor, log }: AgentServices,
  { plan, journal }: MigrationSession,
): Promise<void> {
  const { vm, policy } = plan;
  const uri = journal.last('transfer-started')?.uri;
  if (policy.stream === 'plain-text' || uri === undefined) return;
  try {
    await hypervisor.source.boundSetUp(vm, uri, setUpLimitMs);
  } catch (error) {
    log.error({ vm, error }, 'the set-up of the stream could not be broken off');
  }
}
