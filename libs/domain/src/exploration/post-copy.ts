import { adverse, fair, isSplit, type Rules, type Step, type World } from './world.ts';

/** What QEMU does in post-copy, from the switchover until the guest has all of its memory. */
export function postCopySteps(world: World, rules: Rules): Step[] {
  const { source, destination, severed } = world;
  const steps: Step[] = [];
  const sends = source === 'switching' || source === 'serving';
  if (source === 'switching' && (destination === 'receiving' || isSplit(world)))
    steps.push(fair('post-copy has begun, and the source can’t resume any more', { ...world, source: 'serving' }));
  if (sends && destination === 'receiving')
    steps.push(fair('the destination has all but part of the memory', { ...world, destination: 'fetching' }));
  if (source !== 'serving') return steps;
  if (severed) return [...steps, ...connectedAgain(world, rules)];
  steps.push(adverse('the link breaks', { ...world, severed: true }));
  if (isSplit(world)) steps.push(fair('the destination has fetched the last page', fetched(world)));
  if (destination === 'whole' || destination === 'running')
    steps.push(fair('the source hears that all was fetched', { ...world, source: 'settled' }));
  return steps;
}

/** A destination that lacks nothing is not connected again: QEMU has ended its side. */
function connectedAgain(world: World, rules: Rules): Step[] {
  return rules.connectAgain && isSplit(world)
    ? [fair('the agents connect both sides again', { ...world, severed: false })]
    : [];
}

function fetched(world: World): World {
  return { ...world, destination: world.destination === 'lacking' ? 'running' : 'whole' };
}
