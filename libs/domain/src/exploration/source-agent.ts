import { decideSource } from '../authority.ts';
import { ownerOf } from '../handle.ts';
import type { SourceCopy, SourceIntent } from '../source-table.ts';
import { appendIn, seenRecord } from './witness.ts';
import {
  adverse,
  DESTINATION,
  fair,
  isSplit,
  MIGRATION,
  runsOn,
  SOURCE,
  sourceCopyIn,
  type Decided,
  type Rules,
  type Scope,
  type Step,
  type World,
} from './world.ts';

/** Decisions that are no deeds. */
const IDLE = ['wait', 'keep', 'serve', 'give-up', 'refuse', 'undecidable'];
/** A person may want these at any time, but not for ever: each turn is a new generation. */
const PERSONS_INTENTS = ['start', 'stop'] as const;

/** What attempts at the source decide, and what becomes of decisions made. */
export function sourceAgentSteps(world: World, rules: Rules, scope: Scope): Step[] {
  const steps: Step[] = [];
  const intents: SourceIntent[] = world.record.kind === 'released' ? [world.intent, 'reclaim'] : [world.intent];
  if (world.sourceDecided.length < scope.attempts) {
    for (const intent of intents) steps.push(...decidedOn(world, intent, rules, fair));
    if (world.wishes < scope.wishes)
      for (const intent of PERSONS_INTENTS)
        steps.push(...decidedOn({ ...world, wishes: world.wishes + 1 }, intent, rules, adverse));
  }
  for (const decided of world.sourceDecided) {
    const done: World = { ...world, sourceDecided: world.sourceDecided.filter((each) => each !== decided) };
    steps.push(fair('an attempt at the source is forgotten', done));
    if (rules.lookAgainBeforeDeed && deedOf(world, decided.intent, rules) !== decided.deed) continue;
    steps.push(doneBy(done, decided, rules));
  }
  return steps;
}

function decidedOn(world: World, intent: SourceIntent, rules: Rules, step: typeof fair): Step[] {
  const deed = deedOf(world, intent, rules);
  if (IDLE.includes(deed)) return [];
  const sourceDecided = [...world.sourceDecided, { deed, intent, generation: world.generation }];
  return [step(`the source’s agent decides to ${deed}, wanted to ${intent}`, { ...world, sourceDecided })];
}

function deedOf(world: World, intent: SourceIntent, rules: Rules): string {
  const { decision } = decideSource({
    host: SOURCE,
    migration: MIGRATION,
    record: seenRecord(world, 'source', rules),
    copy: copySeen(world, rules),
    intent,
  });
  const early = decision === 'wait' && world.source === 'switching' && world.record.kind === 'held';
  return early && !rules.releaseOnlyWhenSettled ? 'release' : decision;
}

function doneBy(world: World, { deed, generation }: Decided<unknown>, rules: Rules): Step {
  const what = `the source’s agent does it: ${deed}`;
  switch (deed) {
    case 'release': {
      const claim = { kind: 'released', source: SOURCE, destination: DESTINATION, migration: MIGRATION } as const;
      return fair(what, appendIn(world, 'source', generation, claim));
    }
    case 'stop':
      return fair(what, appendIn(world, 'source', generation, { kind: 'stopped', host: SOURCE }));
    case 'reclaim':
      if (!rules.swapBeforeReclaim) return fair(what, resumed(world));
      return fair(
        what,
        appendIn(world, 'source', generation, { kind: 'reclaimed', host: SOURCE, migration: MIGRATION }),
      );
    case 'cancel-transfer':
      return fair(what, world.source === 'copying' || world.source === 'switching' ? runsOn(world) : world);
    case 'resume':
      return fair(what, resumed(world));
    case 'end':
      return fair(
        what,
        appendIn({ ...world, source: 'retired' }, 'source', generation, { kind: 'stopped', host: SOURCE }),
      );
    case 'hold': {
      const held = appendIn(world, 'source', generation, { kind: 'held', host: SOURCE });
      return fair(what, held === world ? world : runsOn(held));
    }
    case 'retire': {
      const step = fair(what, { ...world, source: 'retired' });
      if (isSplit(world) && world.source === 'serving' && world.record.kind !== 'stopped')
        return { ...step, violation: 'memory that the guest needs was destroyed' };
      return ownerOf(world.record) === DESTINATION || world.record.kind === 'stopped'
        ? step
        : { ...step, violation: 'a source was retired that nobody had taken over from' };
    }
    default:
      throw new Error(`The model does not know the deed ${deed}`);
  }
}

function resumed(world: World): World {
  const { source, destination } = world;
  // A destination in post-copy has taken the disks, though it was not started.
  const free = source === 'serving' && (destination === 'dead' || destination === 'destroyed');
  return source === 'settled' || free ? runsOn(world) : world;
}

/** Without the rules it takes a copy that serves for one that has handed over all. */
function copySeen(world: World, rules: Rules): SourceCopy {
  const copy = sourceCopyIn(world);
  const owned = ownerOf(world.record) === DESTINATION;
  const known = owned ? rules.serveUntilWhole : rules.onlyForwardInPostCopy;
  return copy === 'serving' && !known ? 'settled' : copy;
}
