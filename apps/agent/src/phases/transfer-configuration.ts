import type { HandedConfiguration } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import { checkDefinition } from '../deeds/check-definition.ts';
import { transfersForAnother } from '../handover/transfers-for-another.ts';
import { deviceInWords } from '../hypervisor/device-in-words.ts';
import type { PhaseFunction } from './phase-function.ts';

/**
 * Reads the configuration from the running VM, and makes the source's key of the stream. Throws `DEVICE_NOT_MOVABLE` where
 * there is something that no other host could build.
 */
export const transferConfiguration: PhaseFunction<object, HandedConfiguration> = async (services, plan) => {
  const [another, { configuration, hardware, immovable }] = await Promise.all([
    transfersForAnother(services, plan),
    services.hypervisor.source.describe(plan.vm),
  ]);
  if (another) throw new FerryError('TRANSFER_FAILED', 'another transfer of the VM is under way');
  if (immovable.length > 0) throw new FerryError('DEVICE_NOT_MOVABLE', immovable.map(deviceInWords).join('; '));
  checkDefinition(configuration.definition);
  if (plan.policy.stream === 'plain-text') return { configuration, hardware, streamKey: null };
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  const streamKey = await machine.exclusively(() => {
    session.signal.throwIfAborted();
    // An attempt that comes late must not leave a key behind.
    if (session.transferBegun) throw new FerryError('SUPERSEDED', 'the transfer of this migration has begun');
    return services.streamKeys.offer(plan);
  });
  return { configuration, hardware, streamKey };
};
