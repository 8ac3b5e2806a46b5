import { FerryError, type VirtualMachineConfiguration } from '@ferry/domain';
import { discardDestination } from '../deeds/discard-destination.ts';
import { checkDefinition } from '../deeds/check-definition.ts';
import type { PhaseFunction } from './phase-function.ts';

/** Builds the destination VM; answers where it listens. What an older migration left of the VM here is removed first. */
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
  return machine.exclusively(async () => {
    session.signal.throwIfAborted();
    const { destination } = services.hypervisor;
    const ours = session.journal.last('destination-created') !== null;
    if (!(ours && (await destination.inspect(plan.vm)) === 'receiving')) {
      const { discarded, explanation } = await discardDestination(services, session);
      if (!discarded) throw new FerryError('VM_ALREADY_THERE', explanation);
    }
    const { uri } = await destination.create(configuration, plan.policy);
    session.journal.append({ name: 'destination-created', uri });
    services.reportChange();
    return { uri };
  });
};
