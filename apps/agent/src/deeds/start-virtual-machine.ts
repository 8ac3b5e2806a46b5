import type { StartVirtualMachine } from '@ferry/contracts';
import { FerryError, reclaimOf, type HandleRecord, type HostId, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import { resumePatiently } from '../handover/resume-patiently.ts';
import { volumesInUse } from '../storage/volumes-in-use.ts';
import { checkDefinition } from './check-definition.ts';

/**
 * Starts a VM here: builds it with its CPUs standing still, appends `held`, and lets them go. Idempotent. Throws
 * `VM_ALREADY_THERE` where the record names another owner, or none that could let go of it, and `VOLUME_IN_USE` where
 * another VM here has one of its volumes.
 */
export async function startVirtualMachine(
  services: AgentServices,
  { definition, savedState }: StartVirtualMachine,
): Promise<{ vm: VmId; host: HostId; generation: number }> {
  checkDefinition(definition);
  const { host, witness, sessions } = services;
  const vm = definition.id;
  return sessions.of(vm).exclusively(async () => {
    for (;;) {
      const view = await lookAtSource(services, vm, 'start');
      // Nothing but `undecidable` follows from it.
      if (view.record === 'unreachable') throw missingFact(view);
      const generation = view.record?.generation ?? 0;
      switch (view.decision) {
        case 'keep':
          return { vm, host, generation };
        // Built and held by an attempt that got no further, or paused since, or left standing by a transfer.
        case 'resume':
          await resumePatiently(services, vm);
          services.reportChange();
          return { vm, host, generation };
        case 'stop':
          await witness.append(vm, view.record, { kind: 'stopped', host });
          break;
        case 'reclaim':
          await witness.append(vm, view.record, reclaimOf(view.record));
          break;
        case 'hold':
          await hold(services, { definition, savedState }, view.record);
          return { vm, host, generation: generation + 1 };
        case 'undecidable':
          throw missingFact(view);
        case 'refuse':
          throw new FerryError('VM_ALREADY_THERE', view.reason);
        case 'wait':
        case 'release':
        case 'cancel-transfer':
        case 'retire':
        case 'give-up':
        case 'end':
          throw new Error(`to start never leads to ${view.decision}`);
      }
    }
  });
}

/** Builds the VM, and lets it run once the record is this host's. */
async function hold(
  { host, witness, hypervisor, ...services }: AgentServices,
  { definition, savedState }: StartVirtualMachine,
  record: HandleRecord | null,
): Promise<void> {
  const vm = definition.id;
  // What is here belongs to nobody: an attempt's before it had the record, or a copy that was left behind.
  await hypervisor.end(vm);
  const inUse = volumesInUse(hypervisor, definition).map(({ disk, vm: other }) => `disk ${disk.id} is ${other}’s too`);
  if (inUse.length > 0) throw new FerryError('VOLUME_IN_USE', inUse.join('; '));
  await hypervisor.build(definition, { savedState });
  if ((await witness.append(vm, record, { kind: 'held', host })) === 'lost') {
    await hypervisor.end(vm);
    throw new FerryError('VM_ALREADY_THERE', 'another host was first to hold it');
  }
  await hypervisor.source.resume(vm);
  services.reportChange();
}
