import {
  decideDestination,
  decideSource,
  type DestinationCopy,
  type DestinationFacts,
  type SourceCopy,
  type SourceFacts,
} from '../authority.ts';
import { maySucceed, ownerOf, type HandleClaim } from '../handle.ts';

/**
 * A model of one handover, small enough to be explored whole: QEMU on both sides as it behaves by itself, the record on
 * the witness, and agents that decide with `decideSource` and `decideDestination` and may act late, twice or never.
 */
export const SOURCE = 'source';
export const DESTINATION = 'destination';
const MIGRATION = 'migration';

/** What QEMU does at the source. `switching`: CPUs stopped, and any failure or cancel makes it resume them by itself. */
type SourceMachine = 'running' | 'copying' | 'switching' | 'settled' | 'dead' | 'retired';
/** `whole`: it has all of the state, though the source may not know it yet. */
type DestinationMachine = 'receiving' | 'whole' | 'running' | 'dead' | 'destroyed';

export interface World {
  record: HandleClaim;
  generation: number;
  source: SourceMachine;
  /** What the source's agent can tell of a source that is gone. */
  remains: Extract<SourceCopy, 'died' | 'absent' | 'unknown'>;
  destination: DestinationMachine;
  /** The source ran on after the destination got its state: to run that would throw the guest back in time. */
  stale: boolean;
  /** What the workflow wants of the source. */
  intent: 'hand-over' | 'withdraw';
  /** The workflow has ordered the destination to be destroyed; such an order may come late and again. */
  discardOrdered: boolean;
  /** Decisions made and not yet acted on: an attempt may be frozen meanwhile, and a second one begun beside it. */
  sourceDecided: readonly Decided<SourceFacts['intent']>[];
  destinationDecided: readonly Decided<DestinationFacts['intent']>[];
  deaths: number;
}

interface Decided<Intent> {
  deed: string;
  intent: Intent;
  generation: number;
}

/** The rules that make the handover safe. Each can be left out, to show that the exploration would notice. */
export interface Rules {
  releaseOnlyWhenSettled: boolean;
  swapBeforeStart: boolean;
  swapBeforeReclaim: boolean;
  askBeforeDestroy: boolean;
  lookAgainBeforeDeed: boolean;
}
export const ALL_RULES: Rules = {
  releaseOnlyWhenSettled: true,
  swapBeforeStart: true,
  swapBeforeReclaim: true,
  askBeforeDestroy: true,
  lookAgainBeforeDeed: true,
};

export const BEGINNING: World = {
  record: { kind: 'held', host: SOURCE },
  generation: 1,
  source: 'copying',
  remains: 'absent',
  destination: 'receiving',
  stale: false,
  intent: 'hand-over',
  discardOrdered: false,
  sourceDecided: [],
  destinationDecided: [],
  deaths: 0,
};

export interface Step {
  what: string;
  world: World;
  /** Set where the step itself broke a promise. */
  violation?: string;
  /** Nobody can count on it: a death, a self-resumption, a person's cancel. */
  adverse: boolean;
}

/** All that can happen next. */
export function stepsFrom(world: World, rules: Rules): Step[] {
  return [
    ...machineSteps(world),
    ...workflowSteps(world, rules),
    ...sourceAgentSteps(world, rules),
    ...destinationAgentSteps(world, rules),
  ];
}

function machineSteps(world: World): Step[] {
  const { source, destination, deaths } = world;
  const steps: Step[] = [];
  const destinationAlive = destination === 'receiving' || destination === 'whole' || destination === 'running';
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
  const stopped = world.source === 'switching' || world.source === 'settled';
  const dead: World = { ...world, source: 'dead', deaths: world.deaths + 1 };
  return [
    adverse('the source’s QEMU dies', { ...dead, remains: stopped ? 'died' : 'absent' }),
    adverse('the source’s QEMU dies while its agent is down', { ...dead, remains: 'unknown' }),
  ];
}

/** The source's CPUs run: from now on what the destination has is the past. */
function runsOn(world: World): World {
  return { ...world, source: 'running', stale: true };
}

function workflowSteps(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  if (world.intent === 'hand-over' && !world.discardOrdered)
    steps.push(adverse('the migration is called off', { ...world, intent: 'withdraw' }));
  if (world.intent === 'hand-over' && (world.source === 'running' || world.destination === 'dead'))
    steps.push(fair('the workflow hears that a phase has failed', { ...world, intent: 'withdraw' }));
  if (world.intent === 'withdraw' && !world.discardOrdered) {
    const decision = decideSource(sourceFacts(world, 'withdraw'));
    if (decision === 'keep')
      steps.push(fair('the source answers that it kept the guest', { ...world, discardOrdered: true }));
    if (decision === 'retire' || decision === 'give-up')
      steps.push(fair('the source answers that the guest has moved', { ...world, intent: 'hand-over' }));
    if (!rules.askBeforeDestroy)
      steps.push(adverse('the workflow orders the destruction without an answer', { ...world, discardOrdered: true }));
  }
  return steps;
}

/** Decisions that are no deeds. */
const IDLE = ['wait', 'keep', 'give-up', 'undecidable'];

/** So many attempts of one side may be under way: one that was superseded, and the one that took over. */
const ATTEMPTS = 2;

function sourceAgentSteps(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  const intents: SourceFacts['intent'][] =
    world.record.kind === 'released' ? [world.intent, 'reclaim'] : [world.intent];
  for (const intent of world.sourceDecided.length < ATTEMPTS ? intents : []) {
    const deed = sourceDeed(world, intent, rules);
    const sourceDecided = [...world.sourceDecided, { deed, intent, generation: world.generation }];
    if (!IDLE.includes(deed)) steps.push(fair(`the source’s agent decides to ${deed}`, { ...world, sourceDecided }));
  }
  for (const decided of world.sourceDecided) {
    const done: World = { ...world, sourceDecided: world.sourceDecided.filter((each) => each !== decided) };
    steps.push(fair('an attempt at the source is forgotten', done));
    if (rules.lookAgainBeforeDeed && sourceDeed(world, decided.intent, rules) !== decided.deed) continue;
    steps.push(sourceDeedDone(done, decided, rules));
  }
  return steps;
}

function sourceDeed(world: World, intent: SourceFacts['intent'], rules: Rules): string {
  const deed = decideSource(sourceFacts(world, intent));
  if (!rules.releaseOnlyWhenSettled && deed === 'wait' && world.source === 'switching' && world.record.kind === 'held')
    return 'release';
  return deed;
}

function sourceDeedDone(world: World, { deed, generation }: Decided<unknown>, rules: Rules): Step {
  const what = `the source’s agent does it: ${deed}`;
  switch (deed) {
    case 'release':
      return fair(
        what,
        append(world, generation, { kind: 'released', source: SOURCE, destination: DESTINATION, migration: MIGRATION }),
      );
    case 'stop':
      return fair(what, append(world, generation, { kind: 'stopped', host: SOURCE }));
    case 'reclaim':
      if (!rules.swapBeforeReclaim) return fair(what, resumed(world));
      return fair(what, append(world, generation, { kind: 'reclaimed', host: SOURCE, migration: MIGRATION }));
    case 'cancel-transfer':
      return fair(what, world.source === 'copying' || world.source === 'switching' ? runsOn(world) : world);
    case 'resume':
      return fair(what, resumed(world));
    case 'retire': {
      const step = fair(what, { ...world, source: 'retired' });
      return ownerOf(world.record) === DESTINATION
        ? step
        : { ...step, violation: 'a source was retired that nobody had taken over from' };
    }
    default:
      throw new Error(`The model does not know the deed ${deed}`);
  }
}

function resumed(world: World): World {
  return world.source === 'settled' ? runsOn(world) : world;
}

function destinationAgentSteps(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  const intents: DestinationFacts['intent'][] = world.discardOrdered ? ['take-over', 'discard'] : ['take-over'];
  const gone = world.destination === 'dead' || world.destination === 'destroyed';
  for (const intent of world.destinationDecided.length < ATTEMPTS && !gone ? intents : []) {
    const deed = destinationDeed(world, intent, rules);
    const destinationDecided = [...world.destinationDecided, { deed, intent, generation: world.generation }];
    if (['start', 'run', 'destroy'].includes(deed))
      steps.push(fair(`the destination’s agent decides to ${deed}`, { ...world, destinationDecided }));
  }
  for (const decided of world.destinationDecided) {
    const done: World = { ...world, destinationDecided: world.destinationDecided.filter((each) => each !== decided) };
    steps.push(fair('an attempt at the destination is forgotten', done));
    if (rules.lookAgainBeforeDeed && destinationDeed(world, decided.intent, rules) !== decided.deed) continue;
    steps.push(destinationDeedDone(done, decided));
  }
  return steps;
}

function destinationDeedDone(world: World, { deed, generation }: Decided<unknown>): Step {
  const what = `the destination’s agent does it: ${deed}`;
  switch (deed) {
    case 'start':
      return fair(what, append(world, generation, { kind: 'started', host: DESTINATION, migration: MIGRATION }));
    case 'run':
      return fair(what, world.destination === 'whole' ? { ...world, destination: 'running' } : world);
    case 'destroy': {
      const onlyCopy =
        world.destination === 'whole' && !world.stale && (world.source === 'dead' || world.source === 'retired');
      const step = fair(what, { ...world, destination: 'destroyed' });
      return onlyCopy || ownerOf(world.record) === DESTINATION
        ? { ...step, violation: 'the only copy of the guest was destroyed' }
        : step;
    }
    default:
      throw new Error(`The model does not know the deed ${deed}`);
  }
}

function destinationDeed(world: World, intent: DestinationFacts['intent'], rules: Rules): string {
  if (!rules.askBeforeDestroy && intent === 'discard') return 'destroy';
  if (!rules.swapBeforeStart && intent === 'take-over' && world.destination === 'whole') return 'run';
  return decideDestination({
    host: DESTINATION,
    migration: MIGRATION,
    record: world.record,
    copy: destinationCopy(world),
    intent,
  });
}

function sourceFacts(world: World, intent: SourceFacts['intent']): SourceFacts {
  const copies: Record<SourceMachine, SourceCopy> = {
    running: 'running',
    copying: 'copying',
    switching: 'copying',
    settled: 'settled',
    dead: world.remains,
    retired: 'absent',
  };
  return { host: SOURCE, migration: MIGRATION, record: world.record, copy: copies[world.source], intent };
}

function destinationCopy(world: World): DestinationCopy {
  const copies: Record<DestinationMachine, DestinationCopy> = {
    receiving: 'receiving',
    whole: 'settled',
    running: 'running',
    dead: 'absent',
    destroyed: 'absent',
  };
  return copies[world.destination];
}

/** The swap: it works for whoever is first, and for a successor that may follow. */
function append(world: World, seen: number, next: HandleClaim): World {
  return world.generation === seen && maySucceed(world.record, next)
    ? { ...world, record: next, generation: world.generation + 1 }
    : world;
}

function fair(what: string, world: World): Step {
  return { what, world, adverse: false };
}

function adverse(what: string, world: World): Step {
  return { what, world, adverse: true };
}
