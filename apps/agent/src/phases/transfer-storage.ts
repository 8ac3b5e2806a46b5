import type { Instant } from '@ferry/domain';
import { takeOver } from '../handover/take-over.ts';
import { attend, untilOver, type PhaseFunction } from './phase-function.ts';

/** Armed. Appends `started` once the whole state is here and the record released to this host: the pivot. */
export const transferStorage: PhaseFunction<object, { generation: number; startedAt: Instant }> = async (
  services,
  plan,
  _,
  attempt,
) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { started, running } = takeOver(services, session);
  const result = await attend(started, session, attempt);
  attempt.deed?.({ startedAt: result.startedAt, finishedAt: result.startedAt });
  await untilOver(running, attempt);
  return result;
};
