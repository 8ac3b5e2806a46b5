import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/**
 * Armed. Announces the guest as soon as it runs here, until the fabric forwards to its new port. One that is paused sends
 * nothing, and nothing is sent for it: it is announced when somebody starts its CPUs.
 */
export const redirectNetwork: PhaseFunction<object, { ports: string[] }> = async (services, plan, _, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { running } = takeOver(services, session);
  const { runningAt, paused } = await attend(running, session, attempt);
  attempt.deed?.({ startedAt: runningAt });
  if (paused) return { ports: [] };
  return services.hypervisor.destination.announce(plan.vm, attempt.signal);
};
