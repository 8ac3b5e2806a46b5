import type { HandedConfiguration } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import type { PhaseFunction } from './phase-function.ts';

/** Reads the configuration from the running VM, and makes the source's key of the stream. */
export const transferConfiguration: PhaseFunction<object, HandedConfiguration> = async (services, plan) => {
  const configuration = await services.hypervisor.source.describe(plan.vm);
  if (plan.policy.stream === 'plain-text') return { configuration, streamKey: null };
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  const streamKey = await machine.exclusively(() => {
    session.signal.throwIfAborted();
    // An attempt that comes late must not leave a key behind.
    if (session.transferBegun) throw new FerryError('SUPERSEDED', 'the transfer of this migration has begun');
    return services.streamKeys.offer(plan);
  });
  return { configuration, streamKey };
};
