import { sameVolume, type DiskDefinition, type VirtualMachineDefinition, type VmId } from '@ferry/domain';
import type { Hypervisor } from '../hypervisor/port.ts';

/** The disks of a VM whose volume another VM on this host has too, each with that VM's name. */
export function volumesInUse(
  hypervisor: Pick<Hypervisor, 'list' | 'definitionOf'>,
  { id, disks }: VirtualMachineDefinition,
): { disk: DiskDefinition; vm: VmId }[] {
  const others = hypervisor.list().filter((vm) => vm !== id);
  return disks.flatMap((disk) => {
    const has = (vm: VmId) => (hypervisor.definitionOf(vm)?.disks ?? []).some((theirs) => sameVolume(theirs, disk));
    return others.filter(has).map((vm) => ({ disk, vm }));
  });
}
