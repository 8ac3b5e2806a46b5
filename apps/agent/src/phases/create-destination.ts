import { FerryError, type VirtualMachineConfiguration } from '@ferry/domain';
import { discardDestination } from '../deeds/discard-destination.ts';
import { checkDefinition } from '../deeds/check-definition.ts';
import { takeOver } from '../handover/take-over.ts';
import type { PhaseFunction } from './phase-function.ts';

/** Builds the destination VM and arms it; answers where it listens. What an older migration left of the VM here is removed first. */
export const createDestination: PhaseFunction<{ configuration: VirtualMachineConfiguration }, { uri: string }> = async (
  services,
  plan,
  { configuration },
) => {
  checkDefinition(configuration.definition);
  if (configuration.definition.id !== plan.vm) {
    throw new FerryError(
      'VALIDATION_FAILED',
      `the configuration is of ${configuration.definition.id}, not of ${plan.vm}`,
    );
  }
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  const created = await machine.exclusively(async () => {
    session.signal.throwIfAborted();
    const { destination } = services.hypervisor;
    const ours = session.journal.last('destination-created') !== null;
    if (!(ours && (await destination.inspect(plan.vm)) === 'receiving')) {
      const { discarded, explanation } = await discardDestination(services, session);
      if (!discarded) throw new FerryError('VM_ALREADY_THERE', explanation);
    }
    const { uri } = await destination.create(configuration, plan.policy);
    session.journal.append({ name: 'destination-created', uri, paused: configuration.paused });
    services.reportChange();
    return { uri };
  });
  // Armed: from here on this host takes the guest over by itself, as soon as it may.
  await takeOver(services, session).ready;
  return created;
};
