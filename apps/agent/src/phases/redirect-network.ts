import { fetchRest } from '../handover/fetch-rest.ts';
import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/**
 * Armed. Announces the guest as soon as it runs here, until the fabric forwards to its new port. One that is paused sends
 * nothing, and nothing is sent for it: it is announced when somebody starts its CPUs. In post-copy it is over when the guest
 * has all of its memory.
 */
export const redirectNetwork: PhaseFunction<object, { ports: string[] }> = async (services, plan, _, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { running } = takeOver(services, session);
  const { runningAt, paused } = await attend(running, session, attempt);
  attempt.deed?.({ startedAt: runningAt });
  if (paused) return { ports: [] };
  const { ports } = await services.hypervisor.destination.announce(plan.vm, attempt.signal);
  if (plan.policy.postCopy !== 'last-resort') return { ports };
  attempt.deed?.({ finishedAt: new Date().toISOString() });
  await attend(fetchRest(services, session), session, attempt);
  return { ports };
};
