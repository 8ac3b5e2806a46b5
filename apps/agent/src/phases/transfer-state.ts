import { handOver, type HandedOver } from '../handover/hand-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. Lets the source finish, appends `released`, and takes the guest back if it is not started in time. */
export const transferState: PhaseFunction<object, HandedOver> = async (services, plan, _, attempt) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { done } = handOver(services, session);
  const result = await attend(done, session, attempt);
  attempt.deed?.({ startedAt: result.stoppedAt, finishedAt: result.releasedAt });
  return result;
};
