import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. Announces the guest as soon as it runs here, until the fabric forwards to its new port. */
export const redirectNetwork: PhaseFunction<object, { ports: string[] }> = async (services, plan, _, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { running } = takeOver(services, session);
  const { runningAt } = await attend(running, session, attempt);
  attempt.deed?.({ startedAt: runningAt });
  return services.hypervisor.destination.announce(plan.vm, attempt.signal);
};
