import type { Instant } from '@ferry/domain';
import { takeOver } from '../handover/take-over.ts';
import { attend, type PhaseFunction } from './phase-function.ts';

/** Armed. Appends `started` once the whole state is here and the record released to this host: the pivot. */
export const transferStorage: PhaseFunction<object, { generation: number; startedAt: Instant }> = async (
  services,
  plan,
  _,
  attempt,
) => {
  const session = await services.sessions.of(plan.vm).enter(plan);
  const { started } = takeOver(services, session);
  return attend(started, session, attempt);
};
