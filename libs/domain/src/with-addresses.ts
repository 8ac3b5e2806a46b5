import { addressesOf, type PciAddress, type Placed } from './pci-address.ts';
import type { VirtualMachineDefinition } from './virtual-machine.ts';

/** A definition with the address of each of its devices said. */
export function withAddresses(definition: VirtualMachineDefinition): VirtualMachineDefinition {
  const { disks, networks } = addressesOf(definition);
  const placed = <T extends Placed>(devices: readonly T[], addresses: readonly PciAddress[]) =>
    devices.map((device, at) => ({ ...device, address: addresses[at] ?? '' }));
  return {
    ...definition,
    disks: placed(definition.disks, disks),
    networks: placed(definition.networks, networks),
  };
}
