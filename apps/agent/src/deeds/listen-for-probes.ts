import type { Listened } from '@ferry/contracts';
import { finding } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Listens on the migration address of this host for so many probes. That it can't is a finding. */
export async function listenForProbes(
  { host, migrationNetwork }: Pick<AgentServices, 'host' | 'migrationNetwork'>,
  { probes }: { probes: number },
): Promise<Listened> {
  try {
    return { target: { host, ...(await migrationNetwork.listen(probes)) } };
  } catch (error) {
    const facts = `${host} can’t listen there itself: ${error instanceof Error ? error.message : String(error)}.`;
    return { target: null, findings: [finding('MIGRATION_ADDRESS_UNREACHABLE', host, facts)] };
  }
}
