import { finding, type Finding, type HostId } from '@ferry/domain';
import type { HypervisorFacts } from '../hypervisor/port.ts';

/** What this host's hypervisor would need to take part in a live migration, on either side. */
export function lacking(host: HostId, { lacks, version }: HypervisorFacts): Finding | null {
  if (lacks.length === 0) return null;
  return finding('HYPERVISOR_CANNOT_MIGRATE', host, `QEMU ${version} here lacks ${lacks.join(', ')}.`);
}
