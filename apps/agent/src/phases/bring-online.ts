import type { Instant } from '@ferry/domain';
import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. The guest's CPUs run here once the record says `started`; those of a paused guest may, and stay as they are. */
export const bringOnline: PhaseFunction<object, { runningAt: Instant; paused: boolean }> = async (
  services,
  plan,
  _,
  attempt,
) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { running } = takeOver(services, session);
  const result = await attend(running, session, attempt);
  attempt.deed?.({ startedAt: result.runningAt, finishedAt: result.runningAt });
  return result;
};
