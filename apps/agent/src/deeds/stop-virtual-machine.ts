import { FerryError, ownerOf, type HostId, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Ends the guest and appends `stopped`. Idempotent. Throws `VM_NOT_RUNNING` where it is not this host's. */
export async function stopVirtualMachine(
  services: AgentServices,
  { vm }: { vm: VmId },
): Promise<{ vm: VmId; host: HostId; generation: number }> {
  const { host, witness, hypervisor, sessions } = services;
  return sessions.of(vm).exclusively(async () => {
    const record = await witness.read(vm);
    if (record?.kind === 'stopped' && record.host === host) return { vm, host, generation: record.generation };
    if (record === null || ownerOf(record) !== host) {
      throw new FerryError('VM_NOT_RUNNING', `the VM is not this host’s: its owner is ${ownerOf(record) ?? 'nobody'}`);
    }
    await hypervisor.end(vm);
    await witness.append(vm, record, { kind: 'stopped', host });
    services.reportChange();
    return { vm, host, generation: record.generation + 1 };
  });
}
