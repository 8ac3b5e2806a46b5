import type { ProbeTarget } from '@ferry/contracts';
import { finding, type Finding } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Whether each destination is reached where it listens, in their order. */
export function probe(
  services: Pick<AgentServices, 'host' | 'migrationNetwork'>,
  { targets }: { targets: ProbeTarget[] },
): Promise<Finding[][]> {
  return Promise.all(targets.map((target) => probeOne(services, target)));
}

async function probeOne(
  { host, migrationNetwork }: Pick<AgentServices, 'host' | 'migrationNetwork'>,
  { host: destination, ...target }: ProbeTarget,
): Promise<Finding[]> {
  const why = await migrationNetwork.probe(target);
  if (why === null) return [];
  const facts = `From ${host} to ${target.address}:${target.port}, where ${destination} listened: ${why}.`;
  return [finding('MIGRATION_ADDRESS_UNREACHABLE', host, facts)];
}
