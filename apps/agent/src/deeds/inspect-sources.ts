import type { SourceInspection } from '@ferry/contracts';
import type { MigrationPolicy, VmId } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';
import { inspectSource } from '../phases/inspect-source.ts';

/** Preflight at the source of each of these VMs. */
export function inspectSources(
  services: AgentServices,
  { vms, ...input }: { vms: VmId[]; predictFor?: Partial<MigrationPolicy> },
  attempt: Attempt,
): Promise<SourceInspection[]> {
  return Promise.all(vms.map((vm) => inspectSource(services, { vm }, input, attempt)));
}
