import type { Withdrawal } from '@ferry/contracts';
import type { Failure, MigrationPlan, MigrationState, Phase } from '@ferry/domain';
import { condition, isCancellation } from '@temporalio/workflow';
import { failureOf } from '../failure.ts';
import { controlIfThere, controlOf } from '../hosts.ts';
import { pauseAfter } from '../pause-after.ts';
import { RehearsalOver } from './rehearsal-over.ts';
import { CancelRequested } from './cancelling.ts';
import type { MigrationRun } from './migration-run.ts';

/** Before trying again by itself what a person may also resume. */
const PAUSE = { shortestMs: 30_000, longestMs: 3_600_000 };
/** So long a migration waits to clean a host that is away; after that what is left there is the next migration's to remove. */
const CLEANING_LASTS_MS = 24 * 3_600_000;

/**
 * Asks the source to take its guest back. Whether it can is the record's answer, not ours. Before the handover began
 * there is nothing to take back, and only the source's key to be removed: a source that is away does that when it is back.
 */
export async function withdraw(run: MigrationRun, error: unknown): Promise<Withdrawal> {
  const reason =
    error instanceof CancelRequested
      ? 'cancelled'
      : error instanceof RehearsalOver
        ? 'rehearsed'
        : failureOf(error).code;
  const plan = run.supersede();
  if (!run.handingOver) {
    await forgetStreamKey(plan);
    return { outcome: 'kept', owner: plan.source, generation: 0, explanation: 'Nothing had been handed over.' };
  }
  return insist(run, 'transfer-state', () =>
    controlOf(plan.source, 'Taking the guest back').withdraw(plan, { reason }),
  );
}

async function forgetStreamKey(plan: MigrationPlan): Promise<void> {
  try {
    await controlIfThere(plan.source, 'Removing the key of the stream').forgetStreamKey(plan);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** Undoes what was done, the newest first, and ends the migration with the guest where it was. */
export async function compensate(run: MigrationRun, error: unknown, withdrawal: Withdrawal): Promise<MigrationState> {
  const owner = withdrawal.owner ?? run.plan.source;
  const { generation, explanation } = withdrawal;
  if (run.handingOver) run.history.add({ type: 'decided', decision: 'withdrawn', owner, generation, explanation });
  await undoAll(run);
  if (error instanceof RehearsalOver && withdrawal.outcome === 'kept') {
    const { figures } = error;
    run.history.add({ type: 'rehearsed', owner, figures });
    return run.end({ state: 'rehearsed', owner, figures });
  }
  const failure: Failure | null =
    withdrawal.outcome === 'ended'
      ? { code: 'GUEST_GONE', detail: explanation }
      : error instanceof CancelRequested
        ? null
        : (withdrawal.failure ?? failureOf(error));
  if (failure === null) {
    run.history.add({ type: 'cancelled', owner });
    return run.end({ state: 'cancelled', owner });
  }
  run.history.add({ type: 'failed', owner, failure });
  return run.end({ state: 'failed', owner, failure });
}

/**
 * Undoes what was done, the newest first; where a host is away, when it is back. Whose the guest is was settled before, so
 * one that stays away, or that a person will not wait for, holds nobody up: what is left there can't become the guest.
 */
export async function undoAll(run: MigrationRun): Promise<void> {
  run.cancelling.beginCleaning();
  for (const { host, title, deed } of run.undo.takeAll()) {
    const failure = await clean(run, deed);
    if (failure === null) run.history.add({ type: 'compensated', host, undo: title });
    else {
      run.undo.left.push(host);
      run.history.add({ type: 'left-behind', host, undo: title, failure });
    }
  }
}

/** The words, and what was left behind. */
export function withWhatIsLeft({ undo: { left } }: MigrationRun, explanation: string): string {
  if (left.length === 0) return explanation;
  return `${explanation} What is left of it on ${left.join(', ')} is removed when the VM next comes there.`;
}

/** Answers why it failed last where it was given up, and null where it is done. */
async function clean(run: MigrationRun, deed: () => Promise<void>): Promise<Failure | null> {
  const begunAt = Date.now();
  for (;;) {
    try {
      await deed();
      return null;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const failure = failureOf(error);
      if (Date.now() - begunAt >= CLEANING_LASTS_MS) return failure;
      await waitToTryAgain(run, 'create-destination', failure, begunAt);
      if (run.cancelling.isToLeave) return failure;
    }
  }
}

/** Tries for ever, by itself and whenever a person says so: a host that comes back in an hour answers then. */
async function insist<T>(run: MigrationRun, phase: Phase, deed: () => Promise<T>): Promise<T> {
  const begunAt = Date.now();
  for (;;) {
    try {
      return await deed();
    } catch (error) {
      if (isCancellation(error)) throw error;
      await waitToTryAgain(run, phase, failureOf(error), begunAt);
    }
  }
}

async function waitToTryAgain(run: MigrationRun, phase: Phase, failure: Failure, begunAt: number): Promise<void> {
  const { cancelling } = run;
  const pauseMs = pauseAfter(begunAt, PAUSE);
  await Promise.race([run.park(phase, failure, { again: true }), condition(() => cancelling.isToLeave, pauseMs)]);
  run.unpark(phase);
}
