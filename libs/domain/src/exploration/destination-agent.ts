import { decideDestination, decideSource } from '../authority.ts';
import type { DestinationIntent } from '../destination-table.ts';
import { ownerOf } from '../handle.ts';
import { appendIn, seenRecord } from './witness.ts';
import {
  DESTINATION,
  destinationCopyIn,
  fair,
  isSplit,
  MIGRATION,
  SOURCE,
  type Decided,
  type Rules,
  type Scope,
  type Step,
  type World,
} from './world.ts';

const DEEDS = ['start', 'decline', 'run', 'relieve', 'destroy'];

/** What attempts at the destination decide, and what becomes of decisions made. */
export function destinationAgentSteps(world: World, rules: Rules, scope: Scope): Step[] {
  const steps: Step[] = [];
  const intents: DestinationIntent[] = ['take-over'];
  if (world.discardOrdered) intents.push('discard');
  // After a transfer that was no post-copy nobody asks for it: the source has settled.
  if (world.record.kind === 'started' && world.source === 'serving' && rules.relieveTheSource) intents.push('relieve');
  for (const intent of world.destinationDecided.length < scope.attempts ? intents : []) {
    const deed = deedOf(world, intent, rules);
    const idle = !DEEDS.includes(deed) || (deed === 'destroy' && destinationCopyIn(world) === 'absent');
    const destinationDecided = [...world.destinationDecided, { deed, intent, generation: world.generation }];
    if (!idle) steps.push(fair(`the destination’s agent decides to ${deed}`, { ...world, destinationDecided }));
  }
  for (const decided of world.destinationDecided) {
    const done: World = { ...world, destinationDecided: world.destinationDecided.filter((each) => each !== decided) };
    steps.push(fair('an attempt at the destination is forgotten', done));
    if (rules.lookAgainBeforeDeed && deedOf(world, decided.intent, rules) !== decided.deed) continue;
    steps.push(doneBy(done, decided));
  }
  return [...steps, ...endOfTheOwner(world)];
}

function deedOf(world: World, intent: DestinationIntent, rules: Rules): string {
  const copy = destinationCopyIn(world);
  if (!rules.askBeforeDestroy && intent === 'discard') return 'destroy';
  if (!rules.swapBeforeStart && intent === 'take-over' && (copy === 'settled' || copy === 'fetching')) return 'run';
  if (!rules.relieveOnlyWhenWhole && intent === 'relieve') return 'relieve';
  const { decision } = decideDestination({
    host: DESTINATION,
    migration: MIGRATION,
    record: seenRecord(world, 'destination', rules),
    copy,
    intent,
  });
  return decision === 'decline' && !rules.declineWhatIsGone ? 'wait' : decision;
}

function doneBy(world: World, { deed, generation }: Decided<unknown>): Step {
  const what = `the destination’s agent does it: ${deed}`;
  switch (deed) {
    case 'start':
      return fair(
        what,
        appendIn(world, 'destination', generation, { kind: 'started', host: DESTINATION, migration: MIGRATION }),
      );
    case 'decline': {
      const claim = { kind: 'declined', source: SOURCE, destination: DESTINATION, migration: MIGRATION } as const;
      return fair(what, appendIn(world, 'destination', generation, claim));
    }
    case 'run':
      return fair(what, ran(world));
    case 'relieve':
      return fair(
        what,
        appendIn(world, 'destination', generation, { kind: 'whole', host: DESTINATION, migration: MIGRATION }),
      );
    case 'destroy': {
      const { source, destination, stale, record } = world;
      const sourceGone = source === 'dead' || source === 'retired';
      const onlyCopy = (destination === 'whole' || isSplit(world)) && !stale && sourceGone && record.kind !== 'stopped';
      const step = fair(what, { ...world, destination: 'destroyed' });
      return onlyCopy || ownerOf(record) === DESTINATION
        ? { ...step, violation: 'the only copy of the guest was destroyed' }
        : step;
    }
    default:
      throw new Error(`The model does not know the deed ${deed}`);
  }
}

function ran(world: World): World {
  if (world.destination === 'whole') return { ...world, destination: 'running' };
  return world.destination === 'fetching' ? { ...world, destination: 'lacking' } : world;
}

/** It owned the guest and its copy is gone: an ordinary host failure, and said as such. */
function endOfTheOwner(world: World): Step[] {
  if (world.witnessAwayFrom === 'destination' || destinationCopyIn(world) !== 'absent') return [];
  const { record, generation } = world;
  const { decision } = decideSource({
    ...{ host: DESTINATION, migration: MIGRATION, record },
    ...{ copy: 'absent', intent: 'hand-over' },
  });
  if (decision !== 'stop') return [];
  const stopped = appendIn(world, 'destination', generation, { kind: 'stopped', host: DESTINATION });
  return [fair('the destination’s agent says that the guest has ended', stopped)];
}
