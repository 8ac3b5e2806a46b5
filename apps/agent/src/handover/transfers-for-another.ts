import type { MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { isHandingOver } from './is-handing-over.ts';

/**
 * Whether a transfer of the VM goes on here for another migration, as where that one was terminated in Temporal: to enter
 * the plan's would take this agent's hands off it in the midst, and its guest would stand still for ever.
 */
export async function transfersForAnother(
  { hypervisor, sessions }: AgentServices,
  { vm, migration }: MigrationPlan,
): Promise<boolean> {
  const { current } = sessions.of(vm);
  if (current === null || current.plan.migration === migration) return false;
  return isHandingOver(await hypervisor.source.inspect(vm));
}
