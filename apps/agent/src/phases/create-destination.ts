import type { HandedConfiguration, Listening } from '@ferry/contracts';
import { FerryError, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { discardDestination } from '../deeds/discard-destination.ts';
import { checkHanded } from '../deeds/check-definition.ts';
import { takeOver } from '../handover/take-over.ts';
import { demandKey } from '../stream/demand-key.ts';
import type { PhaseFunction } from './phase-function.ts';

/** Builds the destination VM and arms it; answers where it listens. What an older migration left of the VM here is removed first. */
export const createDestination: PhaseFunction<HandedConfiguration, Listening> = async (services, plan, handed) => {
  checkHanded(handed);
  const { configuration, streamKey: sourceKey } = handed;
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
    const ours = session.journal.last('destination-created');
    if (ours?.sourceKey === sourceKey && (await destination.inspect(plan.vm)) === 'receiving')
      return { uri: ours.uri, streamKey: ours.streamKey };
    const { discarded, explanation } = await discardDestination(services, session);
    if (!discarded) throw new FerryError('VM_ALREADY_THERE', explanation);
    const { streamKey, secret } = await answer(services, plan, sourceKey);
    const { uri } = await destination.create(handed, plan.policy, secret);
    const { paused } = configuration;
    session.journal.append({ name: 'destination-created', uri, paused, sourceKey, streamKey });
    services.reportChange();
    return { uri, streamKey };
  });
  // Armed: from here on this host takes the guest over by itself, as soon as it may.
  await takeOver(services, session).ready;
  return created;
};

/** This host's key of the stream, and the secret that the source will come to as well. */
async function answer({ streamKeys }: AgentServices, plan: MigrationPlan, sourceKey: string | null) {
  if (plan.policy.stream === 'plain-text') return { streamKey: null, secret: null };
  const { key, secret } = await streamKeys.answer(plan, demandKey(sourceKey, plan.source));
  return { streamKey: key, secret };
}
