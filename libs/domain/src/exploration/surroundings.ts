import { decideSource } from '../authority.ts';
import { adverse, fair, MIGRATION, runsOn, SOURCE, sourceCopyIn, type Rules, type Step, type World } from './world.ts';

/** What QEMU does by itself, and how it dies. */
export function machineSteps(world: World): Step[] {
  const { source, destination, deaths } = world;
  const steps: Step[] = [];
  const destinationAlive = destination !== 'dead' && destination !== 'destroyed';
  if (source === 'copying' && destination === 'receiving')
    steps.push(fair('the source reaches pre-switchover', { ...world, source: 'switching' }));
  if (source === 'copying' && !destinationAlive)
    steps.push(fair('the source notices that nobody listens', { ...world, source: 'running' }));
  if (source === 'switching' && destination === 'receiving')
    steps.push(fair('the destination gets the last byte', { ...world, destination: 'whole' }));
  if (source === 'switching' && destination === 'whole')
    steps.push(fair('the source hears that all has arrived', { ...world, source: 'settled' }));
  if (source === 'switching') steps.push(adverse('the source fails and resumes its CPUs by itself', runsOn(world)));
  if (destination === 'receiving' && ['running', 'dead', 'retired'].includes(source))
    steps.push(fair('the destination’s stream breaks', { ...world, destination: 'dead' }));
  if (deaths < 2) {
    if (source !== 'dead' && source !== 'retired') steps.push(...deathsOfSource(world));
    if (destinationAlive)
      steps.push(adverse('the destination’s QEMU dies', { ...world, destination: 'dead', deaths: deaths + 1 }));
  }
  return steps;
}

function deathsOfSource(world: World): Step[] {
  const stopped = ['switching', 'settled', 'serving'].includes(world.source);
  const dead: World = { ...world, source: 'dead', deaths: world.deaths + 1 };
  return [
    adverse('the source’s QEMU dies', { ...dead, remains: stopped ? 'died' : 'absent' }),
    adverse('the source’s QEMU dies while its agent is down', { ...dead, remains: stopped ? 'vanished' : 'absent' }),
  ];
}

/** What the workflow orders, by what it hears. */
export function workflowSteps(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  if (world.intent === 'hand-over' && !world.discardOrdered)
    steps.push(adverse('the migration is called off', { ...world, intent: 'withdraw' }));
  if (world.intent === 'hand-over' && (world.source === 'running' || world.destination === 'dead'))
    steps.push(fair('the workflow hears that a phase has failed', { ...world, intent: 'withdraw' }));
  if (world.intent === 'withdraw' && !world.discardOrdered && world.witnessAwayFrom !== 'source') {
    const { decision } = decideSource({
      ...{ host: SOURCE, migration: MIGRATION, record: world.record },
      ...{ copy: sourceCopyIn(world), intent: 'withdraw' },
    });
    if (decision === 'keep')
      steps.push(fair('the source answers that it kept the guest', { ...world, discardOrdered: true }));
    if (decision === 'retire' || decision === 'give-up')
      steps.push(fair('the source answers that the guest has moved', { ...world, intent: 'hand-over' }));
    if (!rules.askBeforeDestroy)
      steps.push(adverse('the workflow orders the destruction without an answer', { ...world, discardOrdered: true }));
  }
  return steps;
}
