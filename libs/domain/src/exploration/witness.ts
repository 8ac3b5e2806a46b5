import type { KnownRecord } from '../authority.ts';
import { maySucceed, type HandleClaim } from '../handle.ts';
import { adverse, fair, SOURCE, type Rules, type Step, type World } from './world.ts';

export type Side = 'source' | 'destination';

/** The witness is lost to one side, and comes back. */
export function witnessSteps(world: World): Step[] {
  if (world.witnessAwayFrom !== null)
    return [fair(`the ${world.witnessAwayFrom} reaches the witness again`, { ...world, witnessAwayFrom: null })];
  return (['source', 'destination'] as const).map((side) =>
    adverse(`the ${side} can’t reach the witness`, { ...world, witnessAwayFrom: side }),
  );
}

/** What a side reads. Without the rule it takes a record that it can't read for nobody's. */
export function seenRecord({ record, witnessAwayFrom }: World, side: Side, rules: Rules): KnownRecord {
  if (witnessAwayFrom !== side) return record;
  return rules.unreadableIsNotNobodys ? 'unreachable' : { kind: 'stopped', host: SOURCE };
}

/** The swap: it works for whoever is first, for a successor that may follow, and where the witness can be reached. */
export function appendIn(world: World, side: Side, seen: number, next: HandleClaim): World {
  return world.witnessAwayFrom !== side && world.generation === seen && maySucceed(world.record, next)
    ? { ...world, record: next, generation: world.generation + 1 }
    : world;
}
