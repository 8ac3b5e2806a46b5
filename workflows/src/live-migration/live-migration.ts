import type { LiveMigrationInput } from '@ferry/contracts';
import type { MigrationState } from '@ferry/domain';
import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { failureOf } from '../failure.ts';
import {
  createDestination,
  preflight,
  readConfiguration,
  rehearseMemory,
  transferConfiguration,
  transferMemory,
} from './before-handover.ts';
import { CancelRequested } from './cancelling.ts';
import { endByDecision } from './end-by-decision.ts';
import { compensate, withdraw, withWhatIsLeft } from './give-up.ts';
import { Handover, type Passed } from './handover.ts';
import { MigrationRun } from './migration-run.ts';
import { RehearsalOver } from './rehearsal-over.ts';
import { queueUp } from './queue-up.ts';

/**
 * Moves one running VM from its host to another.
 *
 *     preflight ─► (queued) ─► transfer-configuration ─► create-destination ─► transfer-memory ─► transfer-state ─► transfer-storage ═► bring-online ─► redirect-network ─► retire-source
 *     └──────────────────── any failure, or a cancel: the source takes its guest back, the destination VM is destroyed ───────────┘ pivot: only forward
 */
export async function liveMigration(input: LiveMigrationInput): Promise<MigrationState> {
  const outermost = CancellationScope.current();
  // Whatever it begins goes on also when that scope is cancelled, its history first of all.
  return CancellationScope.nonCancellable(async () => {
    const run = new MigrationRun(input);
    cancelWithTemporal(run, outermost);
    const state = await unlessDecided(run);
    // The place is given back at once: history may have to wait for its database.
    await Promise.all([run.turn.leave(), run.history.close()]);
    await condition(allHandlersFinished);
    return state;
  });
}

/** Where no host can tell whose the guest is, a person may: whatever still waits is then given up. */
async function unlessDecided(run: MigrationRun): Promise<MigrationState> {
  const scope = new CancellationScope();
  const byItself = scope.run(() => migrate(run));
  const decision = await Promise.race([byItself.then(() => null), run.deciding.made()]);
  if (decision === null) return byItself;
  byItself.catch(() => undefined);
  scope.cancel();
  return endByDecision(run, decision);
}

async function migrate(run: MigrationRun): Promise<MigrationState> {
  let reached: ReachedPivot;
  try {
    reached = await run.cancelling.unless(reachPivot(run));
  } catch (error) {
    // A person has decided meanwhile: nothing is left to call off.
    if (isCancellation(error)) throw error;
    return callOff(run, error);
  }
  return rollForward(run, reached.handover, Promise.resolve(reached.passed));
}

/** Calls the migration off as far as it still can be: whose the guest is by now is the record's answer, not ours. */
async function callOff(run: MigrationRun, error: unknown): Promise<MigrationState> {
  for (;;) {
    const withdrawal = await withdraw(run, error);
    const { outcome, owner, explanation } = withdrawal;
    if (outcome === 'kept' || outcome === 'ended') {
      run.cancelling.withdrew({ outcome, owner, explanation });
      const state = await compensate(run, error, withdrawal);
      run.cancelling.answer({ outcome, owner, explanation: withWhatIsLeft(run, explanation) });
      return state;
    }
    const despiteCancel = error instanceof CancelRequested;
    if (outcome === 'moved') {
      run.passPivot();
      if (despiteCancel) run.cancelling.cameTooLate(withdrawal.generation, explanation);
      const handover = new Handover(run, run.plan);
      return rollForward(run, handover, handover.pivot(Promise.resolve()));
    }
    const handover = new Handover(run, run.plan);
    let passed: Passed;
    try {
      passed = await handover.pivot(Promise.resolve());
    } catch {
      // Released and not started: only the destination could say, and it has no copy. The guest is the source's again.
      continue;
    }
    if (despiteCancel) run.cancelling.cameTooLate(passed.generation, explanation);
    return rollForward(run, handover, Promise.resolve(passed));
  }
}

interface ReachedPivot {
  handover: Handover;
  passed: Passed;
}

async function reachPivot(run: MigrationRun): Promise<ReachedPivot> {
  const { plan } = run;
  let reading = readConfiguration(plan);
  await preflight(run, plan);
  if (await queueUp(run, plan)) {
    // Facts age.
    reading = readConfiguration(plan);
    await preflight(run, plan);
  }
  const handed = await transferConfiguration(run, plan, reading);
  const destination = await createDestination(run, plan, handed);
  run.beginHandover();
  if (run.rehearsal) throw new RehearsalOver(await rehearseMemory(run, plan, destination));
  const memory = transferMemory(run, plan, destination);
  const handover = new Handover(run, plan);
  const [passed] = await Promise.all([handover.pivot(memory), memory]);
  return { handover, passed };
}

async function rollForward(run: MigrationRun, handover: Handover, pivot: Promise<Passed>): Promise<MigrationState> {
  const owner = run.plan.destination;
  run.passPivot();
  try {
    const { generation, stoppedAt, statistics } = await pivot;
    const explanation = `${owner} holds the storage handle; from here on only forward.`;
    run.history.add({ type: 'decided', decision: 'pivot', owner, generation, explanation });
    run.cancelling.answer({ outcome: 'too-late', owner, explanation });
    const { runningAt } = await handover.finish();
    const outcome = { owner, statistics, stoppedAt, runningAt };
    run.history.add({ type: 'completed', ...outcome });
    return run.end({ state: 'completed', ...outcome });
  } catch (error) {
    // A person has decided meanwhile.
    if (isCancellation(error)) throw error;
    // Only a guest that died with its new owner ends this way: an ordinary host failure, and no other copy may be revived.
    const failure = failureOf(error);
    // What else was armed has lost its guest too: it neither waits for a person nor is told.
    run.supersede();
    run.history.add({ type: 'failed', owner, failure });
    return run.end({ state: 'failed', owner, failure });
  }
}

/** Temporal's own cancel button means the same as the update `cancel`. */
function cancelWithTemporal(run: MigrationRun, { cancelRequested }: CancellationScope): void {
  cancelRequested.catch(async () => {
    if (!run.settled) await run.cancelling.ask({ actor: 'temporal', reason: 'Cancelled in Temporal' });
  });
}
