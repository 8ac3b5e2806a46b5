import { destinationAgentSteps } from './destination-agent.ts';
import { postCopySteps } from './post-copy.ts';
import { sourceAgentSteps } from './source-agent.ts';
import { machineSteps, workflowSteps } from './surroundings.ts';
import { witnessSteps } from './witness.ts';
import type { Rules, Scope, Step, World } from './world.ts';

/** All that can happen next. */
export function stepsFrom(world: World, rules: Rules, scope: Scope): Step[] {
  return [
    ...machineSteps(world),
    ...(scope.postCopy ? postCopySteps(world, rules) : []),
    ...witnessSteps(world),
    ...workflowSteps(world, rules),
    ...sourceAgentSteps(world, rules, scope),
    ...destinationAgentSteps(world, rules, scope),
  ];
}
