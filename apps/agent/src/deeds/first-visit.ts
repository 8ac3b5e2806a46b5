import type { Told } from '@ferry/contracts';
import type { VmId } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';
import { inspectSource } from '../phases/inspect-source.ts';
import { fewAtATime } from './few-at-a-time.ts';
import { listenForProbes } from './listen-for-probes.ts';

/** Preflight at the source of each of these VMs, and where their streams would reach this host. */
export async function firstVisit(
  services: AgentServices,
  { vms, probes }: { vms: VmId[]; probes: number },
  attempt: Attempt,
): Promise<Told> {
  const [inspections, listened] = await Promise.all([
    fewAtATime(vms, (vm) => inspectSource(services, { vm }, { predictFor: {} }, attempt)),
    probes === 0 ? null : listenForProbes(services, { probes }),
  ]);
  return { inspections, listened };
}
