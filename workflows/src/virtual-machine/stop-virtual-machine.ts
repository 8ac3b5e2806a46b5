import type { StopVirtualMachineInput } from '@ferry/contracts';
import type { HostId, VmId } from '@ferry/domain';
import { controlOf } from '../hosts.ts';

/** Stops a VM on its host. Its id is the VM's lock, so a VM that moves can't be stopped underneath. */
export async function stopVirtualMachine({
  host,
  vm,
}: StopVirtualMachineInput): Promise<{ vm: VmId; host: HostId; generation: number }> {
  return controlOf(host, `Stopping ${vm} on ${host}`).stopVirtualMachine({ vm });
}
