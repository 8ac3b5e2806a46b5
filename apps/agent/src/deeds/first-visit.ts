import type { Told } from '@ferry/contracts';
import type { VmId } from '@ferry/domain';
import pLimit from 'p-limit';
import type { AgentServices, Attempt } from '../agent-services.ts';
import { inspectSource } from '../phases/inspect-source.ts';
import { listenForProbes } from './listen-for-probes.ts';

/** As at the second visit. */
const AT_A_TIME = 4;

/** Preflight at the source of each of these VMs, and where their streams would reach this host. */
export async function firstVisit(
  services: AgentServices,
  { vms, probes }: { vms: VmId[]; probes: number },
  attempt: Attempt,
): Promise<Told> {
  const few = pLimit(AT_A_TIME);
  const [inspections, listened] = await Promise.all([
    Promise.all(vms.map((vm) => few(() => inspectSource(services, { vm }, { predictFor: {} }, attempt)))),
    probes === 0 ? null : listenForProbes(services, { probes }),
  ]);
  return { inspections, listened };
}
