import { ownerOf } from '../handle.ts';
import { stepsFrom } from './steps-from.ts';
import { BEGINNING, SOURCE, type Rules, type Scope, type World } from './world.ts';

export interface Exploration {
  worlds: number;
  /** The first promise found broken, with the way there. */
  violation: { promise: string; path: string[] } | null;
}

/** The handover has few states; a model that has more has lost its end. */
const BOUND = 1_000_000;

interface Visited {
  world: World;
  from: string | null;
  what: string;
  /** Where steps lead that happen without anybody's mistake or death. */
  onward: string[];
}

/** Visits every state that the handover can reach, the nearest first. */
export function explore(rules: Rules, scope: Scope): Exploration {
  const visited = new Map<string, Visited>();
  const open = [key(BEGINNING)];
  visited.set(key(BEGINNING), { world: BEGINNING, from: null, what: 'the transfer has begun', onward: [] });
  for (const id of open) {
    if (visited.size > BOUND)
      throw new Error(`More than ${BOUND} states: something goes round and round. ${pathTo(visited, id).join(' · ')}`);
    const here = visited.get(id) as Visited;
    if (twoRun(here.world))
      return { worlds: visited.size, violation: { promise: 'two copies run', path: pathTo(visited, id) } };
    for (const step of stepsFrom(here.world, rules, scope)) {
      const next = key(step.world);
      if (!step.adverse) here.onward.push(next);
      if (!visited.has(next)) {
        visited.set(next, { world: step.world, from: id, what: step.what, onward: [] });
        open.push(next);
      }
      if (step.violation !== undefined)
        return {
          worlds: visited.size,
          violation: { promise: step.violation, path: [...pathTo(visited, id), step.what] },
        };
    }
  }
  const stuck = firstStuck(visited);
  return {
    worlds: visited.size,
    violation:
      stuck === null ? null : { promise: 'stuck: nobody will ever run the guest', path: pathTo(visited, stuck) },
  };
}

function twoRun({ source, destination }: World): boolean {
  return (source === 'running' || source === 'copying') && (destination === 'running' || destination === 'lacking');
}

/**
 * One copy runs, and nothing is kept for it that it does not need; or the record says that the guest has ended: it died
 * with its only copy, as it would have without us.
 */
function settled({ source, destination, record, remains }: World): boolean {
  if (source === 'running' || record.kind === 'stopped') return true;
  if (destination === 'running') return source !== 'serving';
  // Post-copy has no other end where the source dies: the guest is lost, and parked for a person to end.
  if (destination === 'lacking') return source === 'dead';
  // Nobody saw how the source ended: parked, for a person to decide.
  return source === 'dead' && remains === 'vanished' && ownerOf(record) === SOURCE;
}

/** A state from which no undisturbed way leads to a settled one. */
function firstStuck(visited: Map<string, Visited>): string | null {
  const backward = new Map<string, string[]>();
  for (const [id, { onward }] of visited)
    for (const next of onward) backward.set(next, [...(backward.get(next) ?? []), id]);
  const live = [...visited].filter(([, { world }]) => settled(world)).map(([id]) => id);
  const reached = new Set(live);
  for (const id of live) {
    for (const before of backward.get(id) ?? []) {
      if (!reached.has(before)) {
        reached.add(before);
        live.push(before);
      }
    }
  }
  return [...visited.keys()].find((id) => !reached.has(id)) ?? null;
}

function pathTo(visited: Map<string, Visited>, id: string): string[] {
  const path: string[] = [];
  for (let at: string | null = id; at !== null; at = visited.get(at)?.from ?? null)
    path.unshift(visited.get(at)?.what ?? '');
  return path;
}

function key(world: World): string {
  return JSON.stringify(world);
}
