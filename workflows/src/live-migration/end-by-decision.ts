import type { Failure, MigrationState } from '@ferry/domain';
import type { Decision } from './deciding.ts';
import { undoAll, withWhatIsLeft } from './give-up.ts';
import type { MigrationRun } from './migration-run.ts';

/** Ends the migration as a person has decided. What a lost host still has of the guest its agent removes when it is back. */
export async function endByDecision(run: MigrationRun, decision: Decision): Promise<MigrationState> {
  const { owner, runs, actor, reason } = decision;
  run.supersede();
  run.history.add({ type: 'decided-by-person', ...decision });
  run.history.hurry();
  if (owner === run.plan.destination) run.undo.clear();
  await undoAll(run);
  const failure: Failure = runs
    ? { code: 'DECIDED_BY_PERSON', detail: `${actor} has decided that the guest is ${owner}’s: ${reason}` }
    : {
        code: 'GUEST_GONE',
        detail: `${actor} has decided that the guest was ${owner}’s, where it has ended: ${reason}`,
      };
  run.history.add({ type: 'failed', owner, failure });
  const outcome = !runs ? 'ended' : owner === run.plan.source ? 'kept' : 'too-late';
  run.cancelling.answer({ outcome, owner, explanation: withWhatIsLeft(run, failure.detail) });
  return run.end({ state: 'failed', owner, failure });
}
