import { FerryError, type HostId, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';

/** Ends the guest and appends `stopped`. Idempotent. Throws `VM_NOT_RUNNING` where it is not this host's. */
export async function stopVirtualMachine(
  services: AgentServices,
  { vm }: { vm: VmId },
): Promise<{ vm: VmId; host: HostId; generation: number }> {
  const { host, witness, hypervisor, sessions } = services;
  return sessions.of(vm).exclusively(async () => {
    for (;;) {
      const view = await lookAtSource(services, vm, 'stop');
      const { record, decision, reason } = view;
      // Nothing but `undecidable` follows from it.
      if (record === 'unreachable') throw missingFact(view);
      switch (decision) {
        case 'cancel-transfer':
          await hypervisor.source.cancel(vm);
          break;
        case 'end':
          await hypervisor.end(vm);
          await witness.append(vm, record, { kind: 'stopped', host });
          services.reportChange();
          break;
        case 'stop':
          await witness.append(vm, record, { kind: 'stopped', host });
          break;
        case 'retire':
          await hypervisor.end(vm);
          break;
        case 'give-up':
          if (record?.kind !== 'stopped' || record.host !== host) throw new FerryError('VM_NOT_RUNNING', reason);
          return { vm, host, generation: record.generation };
        case 'refuse':
          throw new FerryError('VM_NOT_RUNNING', reason);
        case 'undecidable':
          throw missingFact(view);
        case 'wait':
        case 'release':
        case 'reclaim':
        case 'resume':
        case 'keep':
        case 'hold':
          throw new Error(`to stop never leads to ${decision}`);
      }
    }
  });
}
