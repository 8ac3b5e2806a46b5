import { FerryProblem, isPassing } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';
import { isTerminal } from '@ferry/domain';
import { until } from '../until.ts';
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
 * @param supervise what an installation's supervisor does: starts again what has ended, and tells whether it had to
 * @throws when it neither ends nor is parked within a minute
 */
export async function settle(move: Move, supervise: () => Promise<boolean>): Promise<Settled> {
  const verbs: string[] = [];
  const rested = () =>
    asked(move, ({ state }) => isTerminal(state) || state === 'needs-attention', restsWithinMs, watched);
  const watched = async () => {
    if (await supervise()) verbs.push('restarted by its supervisor');
  };
  let migration = await rested();
  const restedAt = performance.now();
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
    await asked(move, ({ state }) => state !== 'needs-attention', 5_000, watched).catch(() => undefined);
    migration = await rested();
  }
  return { migration, restedAt, verbs };
}

async function asked(
  { lab, migration }: Move,
  isIt: (detail: MigrationDetail) => boolean,
  withinMs: number,
  watched: () => Promise<void>,
): Promise<MigrationDetail> {
  const ask = async () => {
    await watched();
    return lab.client.migration(migration).catch(passing);
  };
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
