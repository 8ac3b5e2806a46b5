import type { StartVirtualMachineInput } from '@ferry/contracts';
import type { HostId, VmId } from '@ferry/domain';
import { controlOf } from '../hosts.ts';

/** Starts a VM on a host. Its id is the VM's lock, so the VM can't be started twice or while it moves. */
export async function startVirtualMachine({
  host,
  ...input
}: StartVirtualMachineInput): Promise<{ vm: VmId; host: HostId; generation: number }> {
  return controlOf(host, `Starting ${input.definition.id} on ${host}`).startVirtualMachine(input);
}
