import type { MigrationPlan, Side } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';

/** Waits until the armed phases of this side and epoch run. */
export async function confirmArmed(
  services: AgentServices,
  plan: MigrationPlan,
  { side }: { side: Side },
  { signal }: Attempt,
): Promise<void> {
  const session = await services.sessions.of(plan.vm).enter(plan);
  await session.allArmed(side, signal);
}
