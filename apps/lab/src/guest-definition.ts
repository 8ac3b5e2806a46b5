import type { DiskDefinition, VirtualMachineDefinition, VmId } from '@ferry/domain';
import { randomUUID } from 'node:crypto';
import type { GuestMachine } from './guest/machine.ts';

/** Where the guest's parts lie in the storage pool. */
export const guestParts = { kernel: 'guest/vmlinuz', initrd: 'guest/initrd', savedState: 'guest/warm-state' } as const;

/** The definition of a guest of the lab, as the API is given it. A warm state is only loaded into exactly this machine. */
export function guestDefinition(
  machine: GuestMachine,
  id: VmId,
  { disk, macs }: { disk: DiskDefinition; macs: readonly string[] },
): VirtualMachineDefinition {
  return {
    id,
    uuid: randomUUID(),
    machine: {
      type: machine.machineType,
      options: Object.fromEntries(
        Object.entries(machine.machineOptions).map(([name, value]) => [name, value === 'on']),
      ),
    },
    cpu: { model: machine.cpuModel, count: machine.vcpus },
    memoryKiB: machine.memoryKib,
    boot: { kernel: guestParts.kernel, initrd: guestParts.initrd, append: machine.append },
    disks: [disk],
    networks: macs.map((mac, at) => ({ id: `net${at}`, network: 'lan', mac })),
  };
}
