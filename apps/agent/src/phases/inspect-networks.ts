import type { HostFacts } from '@ferry/contracts';
import { finding, type Finding, type VirtualMachineDefinition } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Whether a VM's networks are here, carry what they carried at the source, and nobody here has its addresses. */
export async function inspectNetworks(
  { host, hypervisor, networks }: Pick<AgentServices, 'host' | 'hypervisor' | 'networks'>,
  definition: VirtualMachineDefinition,
  source: HostFacts,
): Promise<Finding[]> {
  const wanted = new Set(definition.networks.map(({ network }) => network));
  const looked = await Promise.all(
    [...wanted].map(async (network) => {
      const [here, there] = [await networks.mtu(network), source.mtus[network] ?? null];
      if (here === null) return finding('NETWORK_MISSING', host, `There is no network ${network} here.`);
      if (there === null || here >= there) return [];
      return finding('NETWORK_MTU_DIFFERS', host, `${network} carries ${here} bytes here, ${there} at ${source.host}.`);
    }),
  );
  return [...looked.flat(), ...inUse(host, hypervisor, definition)];
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
