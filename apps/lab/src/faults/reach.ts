import type { HandleRecord } from '@ferry/domain';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { agentName } from '../control-plane.ts';
import { until } from '../until.ts';
import type { LabPart } from '../lab-part.ts';
import type { Moment } from './moment.ts';
import type { Move } from './scene.ts';
import type { Target } from './target.ts';

/** A milestone that is reached. Who was held there, so that it stays reached, goes on with `letGo`. */
export interface Reached {
  readonly held: Target | null;
  letGo(): void;
}

const reachedWithinMs = 20_000;
const free: Reached = { held: null, letGo: () => undefined };

/** How each milestone is seen, and held where it would pass within milliseconds. */
const REACH: Record<Moment, (move: Move) => Promise<Reached>> = {
  accepted: () => Promise.resolve(free),
  created: async (move) => {
    const folder = join(move.lab.layout.runDirectory(move.destination), move.guest, 'qmp.sock');
    await seen('the destination VM', () => exists(folder));
    return free;
  },
  memory: async (move) => {
    await memoryOnItsWay(move);
    return free;
  },
  cancelled: async (move) => {
    await memoryOnItsWay(move);
    // Its answer comes when all is undone; it may also be that what is struck can't give any.
    move.lab.client.cancelMigration(move.migration, { reason: 'to see it undone' }).catch(() => undefined);
    return free;
  },
  switchover: async (move) => {
    await memoryOnItsWay(move);
    // Without its agent the source stops at `pre-switchover` and stays there.
    return holding('source agent', move.lab.part(agentName(move.source)), () => standingStill(move));
  },
  released: async (move) => {
    await memoryOnItsWay(move);
    const agent = move.lab.part(agentName(move.destination));
    return holding('destination agent', agent, () => recorded(move, 'released'));
  },
  started: async (move) => {
    await recorded(move, 'started');
    return free;
  },
};

/** Waits until the migration is there. @throws when it does not get there */
export function reach(moment: Moment, move: Move): Promise<Reached> {
  return REACH[moment](move);
}

async function holding(held: Target, agent: LabPart, wait: () => Promise<void>): Promise<Reached> {
  agent.freeze();
  try {
    await wait();
  } catch (error) {
    agent.thaw();
    throw error;
  }
  return { held, letGo: () => agent.thaw() };
}

async function standingStill({ lab, guest }: Move): Promise<void> {
  let last = -1;
  const sameAsBefore = async () => {
    // It counts every 50 ms, so two looks this far apart can't meet the same count while it runs.
    await delay(350);
    const before = last;
    last = (await lab.counter(guest)).sequence;
    return last === before;
  };
  await until('the CPUs stand still', sameAsBefore, Boolean, reachedWithinMs);
}

async function memoryOnItsWay({ lab, migration }: Move): Promise<void> {
  const signal = AbortSignal.timeout(reachedWithinMs);
  for await (const step of lab.client.follow({ migration, signal })) if (step.kind === 'progress') return;
  throw new Error('no memory was ever seen on its way');
}

/** The record of this migration's release, or of its start at the destination. */
async function recorded(move: Move, kind: 'released' | 'started'): Promise<void> {
  const number = move.generation + (kind === 'released' ? 1 : 2);
  const file = join(move.lab.layout.witness, 'handle', move.guest, `${number}.json`);
  await seen(`the record ${kind}`, () => exists(file));
  const record = JSON.parse(await readFile(file, 'utf8')) as HandleRecord;
  if (record.kind !== kind) throw new Error(`the record is ${record.kind}, not ${kind}`);
}

/** Asked every millisecond: what follows comes within few. */
async function seen(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + reachedWithinMs;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`never seen: ${what}`);
    await delay(1);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
