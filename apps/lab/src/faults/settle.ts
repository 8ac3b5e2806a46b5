import { FerryProblem, isPassing } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';
import { isTerminal } from '@ferry/domain';
import { until } from '../demo/until.ts';
import type { Move } from './scene.ts';

/** How a migration came to rest. */
export interface Settled {
  readonly migration: MigrationDetail;
  /** When it first was terminal or parked, by `performance.now()`. */
  readonly restedAt: number;
  /** What on-call had to type, and what was answered. */
  readonly verbs: readonly string[];
}

const restsWithinMs = 60_000;

/**
 * Waits until the migration has ended. Where it is parked, on-call resumes it once, and then calls it off.
 * @throws when it neither ends nor is parked within a minute
 */
export async function settle(move: Move): Promise<Settled> {
  let migration = await rested(move);
  const restedAt = performance.now();
  const verbs: string[] = [];
  const { client } = move.lab;
  const reason = 'the fault is mended';
  for (const verb of ['resume', 'cancel'] as const) {
    if (isTerminal(migration.state)) break;
    const asking =
      verb === 'resume'
        ? client.resumeMigration(move.migration, { reason })
        : client.cancelMigration(move.migration, { reason });
    verbs.push(`${verb}: ${await answer(asking)}`);
    // The history tells of it in its own time.
    await asked(move, ({ state }) => state !== 'needs-attention', 5_000).catch(() => undefined);
    migration = await rested(move);
  }
  return { migration, restedAt, verbs };
}

function rested(move: Move): Promise<MigrationDetail> {
  return asked(move, ({ state }) => isTerminal(state) || state === 'needs-attention', restsWithinMs);
}

async function asked(
  { lab, migration }: Move,
  isIt: (detail: MigrationDetail) => boolean,
  withinMs: number,
): Promise<MigrationDetail> {
  const ask = () => lab.client.migration(migration).catch(passing);
  const detail = await until('the migration rests', ask, (each) => each !== null && isIt(each), withinMs);
  if (detail === null) throw new Error('the API does not answer');
  return detail;
}

/** No answer yet, from a control plane that may just be coming back. */
export function passing(error: unknown): null {
  if (isPassing(error)) return null;
  throw error;
}

async function answer(asking: Promise<object>): Promise<string> {
  try {
    const given = await asking;
    return 'outcome' in given ? String(given.outcome) : 'accepted';
  } catch (error) {
    if (error instanceof FerryProblem) return error.code;
    throw error;
  }
}
