import type { MigrationPlan } from '@ferry/domain';
import type { MigrationRun } from './migration-run.ts';
import { demandCurrent } from './run-phase.ts';

/** What preflight has found out may be acted on for so long. */
const FRESH_MS = 10_000;

/** Waits for the migration's turn. Answers whether that took so long that what preflight found out has aged. */
export async function queueUp(run: MigrationRun, plan: MigrationPlan): Promise<boolean> {
  const standing = await run.turn.answer();
  demandCurrent(run, plan);
  if (standing === null) return false;
  const since = Date.now();
  run.queued(standing);
  await run.turn.come();
  demandCurrent(run, plan);
  const waitedMs = Date.now() - since;
  run.admitted(waitedMs);
  return waitedMs > FRESH_MS;
}
