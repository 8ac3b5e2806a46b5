import type { HostFacts } from '@ferry/contracts';
import { finding, type Finding, type VirtualMachineDefinition } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Whether a VM's networks are here, carry what they carried at the source, and nobody here has its addresses. */
export async function inspectNetworks(
  { host, hypervisor, networks }: Pick<AgentServices, 'host' | 'hypervisor' | 'networks'>,
  definition: VirtualMachineDefinition,
  source: HostFacts,
): Promise<Finding[]> {
  const mtus = await networks.mtus(definition.networks.map(({ network }) => network));
  const unfit = Object.entries(mtus).flatMap(([network, here]) => {
    if (here === null) return finding('NETWORK_MISSING', host, `There is no network ${network} here.`);
    const there = source.mtus[network] ?? null;
    if (there === null || here >= there) return [];
    return finding('NETWORK_MTU_DIFFERS', host, `${network} carries ${here} bytes here, ${there} at ${source.host}.`);
  });
  return [...unfit, ...inUse(host, hypervisor, definition)];
}

function inUse(
  host: string,
  hypervisor: AgentServices['hypervisor'],
  { id, networks }: VirtualMachineDefinition,
): Finding[] {
  const others = hypervisor.list().filter((vm) => vm !== id);
  const taken = new Map(
    others.flatMap((vm) => (hypervisor.definitionOf(vm)?.networks ?? []).map(({ mac }) => [mac, vm] as const)),
  );
  return networks.flatMap(({ mac }) => {
    const vm = taken.get(mac);
    return vm === undefined ? [] : finding('MAC_IN_USE', host, `${vm} has ${mac} too.`);
  });
}
