import type { StartVirtualMachine } from '@ferry/contracts';
import { FerryError, maySucceed, ownerOf, type HandleClaim, type HostId, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import { checkDefinition } from './check-definition.ts';

/**
 * Starts a VM here: builds it with its CPUs standing still, appends `held`, and lets them go. Idempotent. Throws
 * `VM_ALREADY_THERE` where the record names another owner, or none that could let go of it.
 */
export async function startVirtualMachine(
  services: AgentServices,
  { definition, savedState }: StartVirtualMachine,
): Promise<{ vm: VmId; host: HostId; generation: number }> {
  checkDefinition(definition);
  const { host, witness, hypervisor, sessions } = services;
  const vm = definition.id;
  return sessions.of(vm).exclusively(async () => {
    const view = await lookAtSource(services, vm, 'withdraw');
    if (view.decision === 'undecidable') throw missingFact(view);
    if (view.decision === 'keep') {
      const generation = (await witness.read(vm))?.generation ?? 0;
      // Built and held by an attempt that got no further.
      if (view.copy === 'paused') await hypervisor.source.resume(vm);
      return { vm, host, generation };
    }
    let record = await witness.read(vm);
    if (view.decision === 'stop') {
      await witness.append(vm, record, { kind: 'stopped', host });
      record = await witness.read(vm);
    }
    const held: HandleClaim = { kind: 'held', host };
    if (!maySucceed(record, held)) {
      throw new FerryError(
        'VM_ALREADY_THERE',
        `its record says ${record?.kind ?? 'nothing'}, owner ${ownerOf(record) ?? 'nobody'}`,
      );
    }
    // What is here belongs to nobody: an attempt's before it had the record, or a copy that was left behind.
    await hypervisor.end(vm);
    await hypervisor.build(definition, { savedState });
    if ((await witness.append(vm, record, held)) === 'lost') {
      await hypervisor.end(vm);
      throw new FerryError('VM_ALREADY_THERE', 'another host was first to hold it');
    }
    await hypervisor.source.resume(vm);
    services.reportChange();
    return { vm, host, generation: (record?.generation ?? 0) + 1 };
  });
}
