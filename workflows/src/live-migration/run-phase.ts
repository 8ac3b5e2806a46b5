import { SIDE_OF, type MigrationPlan, type Phase, type PhaseReport } from '@ferry/domain';
import { attemptsOf, failureOf, mayPassLater } from '../failure.ts';
import { isCancellation } from '@temporalio/workflow';
import type { MigrationRun } from './migration-run.ts';

type Attempt<Result> = () => Promise<PhaseReport<Result>>;

/** The plan of this work was superseded meanwhile: what it still does must neither be told nor go on. */
class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Runs a phase now. */
export async function runPhase<Result extends object>(
  run: MigrationRun,
  plan: MigrationPlan,
  phase: Phase,
  attempt: Attempt<Result>,
): Promise<Result> {
  demandCurrent(run, plan);
  run.started(phase);
  const report = await persist(run, plan, phase, attempt);
  // It was called off meanwhile: nothing may be built on it.
  demandCurrent(run, plan);
  run.completed(phase, report);
  return report.result;
}

/** Waits for a phase that is armed already. It fails as soon as its activity fails; it is told in its turn, after `predecessor`. */
export async function runArmedPhase<Result extends object>(
  run: MigrationRun,
  plan: MigrationPlan,
  phase: Phase,
  armed: Promise<PhaseReport<Result>>,
  again: Attempt<Result>,
  predecessor: Promise<unknown>,
): Promise<Result> {
  let first: Promise<PhaseReport<Result>> | null = armed;
  const outcome = persist(run, plan, phase, () => {
    const attempt = first ?? again();
    first = null;
    return attempt;
  });
  const told = predecessor.then(async () => {
    demandCurrent(run, plan);
    run.started(phase);
    run.completed(phase, await outcome);
  });
  const [report] = await Promise.all([outcome, told]);
  return report.result;
}

/**
 * Tries until it works, asking a person whenever its retries are used up. Before the pivot a failure that trying again
 * can't mend is thrown, and the guest stays where it is; after the pivot there is no way but forward.
 */
async function persist<Result>(
  run: MigrationRun,
  plan: MigrationPlan,
  phase: Phase,
  attempt: Attempt<Result>,
): Promise<PhaseReport<Result>> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      demandCurrent(run, plan);
      if (isCancellation(error)) throw error;
      const failure = failureOf(error);
      const side = SIDE_OF[phase];
      const attempts = attemptsOf(error);
      run.history.add({
        ...{ type: 'phase-failed', phase, failure },
        ...(side !== 'both' && { host: plan[side] }),
        ...(attempts !== undefined && { attempts }),
      });
      const guestEnded = failure.code === 'GUEST_GONE';
      if (guestEnded || !(run.pivotPassed || mayPassLater(failure))) throw error;
      await run.park(phase, failure);
      demandCurrent(run, plan);
    }
  }
}

/** Throws where the work goes on under a plan that was superseded meanwhile. */
export function demandCurrent(run: MigrationRun, plan: MigrationPlan): void {
  if (plan.epoch !== run.plan.epoch) throw new Superseded();
}
