import type { Instant } from '@ferry/domain';
import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. The guest's CPUs run here once the record says `started`. */
export const bringOnline: PhaseFunction<object, { runningAt: Instant }> = async (services, plan, _, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { running } = takeOver(services, session);
  const result = await attend(running, session, attempt);
  attempt.deed?.({ startedAt: result.runningAt, finishedAt: result.runningAt });
  return result;
};
