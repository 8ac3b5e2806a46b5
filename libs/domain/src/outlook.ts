import type { HostId, Instant } from './identifiers.ts';
import { isTerminal, type MigrationPlan, type MigrationState } from './migration.ts';
import { PHASE_TITLE } from './phase.ts';

/** What is true of a migration at this moment, for a person who might act on it. */
export interface Outlook {
  /** Whose the guest is. Null between release and start, when nobody may run it, and only the record can tell. */
  owner: HostId | null;
  cancel: { allowed: boolean; effect: string };
  /** What can't be undone any more; null where nothing is. */
  irreversible: string | null;
  waitsFor: { what: string; since: Instant } | null;
}

export interface OutlookFacts {
  plan: Pick<MigrationPlan, 'vm' | 'source' | 'destination' | 'policy'>;
  state: MigrationState;
  /** When the state, or within it the phase, began. */
  since: Instant;
  /** Something may have been built at the destination. */
  touched: boolean;
  /** From here on the agents may hand over by themselves. */
  handingOver: boolean;
  pivotPassed: boolean;
  /** Whose the guest is has been settled, and what is left of the migration is being removed. */
  cleaning: boolean;
}

/** Says what a migration waits for, whose the guest is, what cancelling would do, and what is done for good. */
export function outlookOf(facts: OutlookFacts): Outlook {
  const { plan, state, pivotPassed } = facts;
  if ('owner' in state) {
    const effect = `Refused: the migration is ${state.state}.`;
    return { owner: state.owner, cancel: { allowed: false, effect }, irreversible: doneForGood(facts), waitsFor: null };
  }
  return {
    owner: pivotPassed ? plan.destination : mayBeReleased(facts) ? null : plan.source,
    cancel: cancelNow(facts),
    irreversible: doneForGood(facts),
    waitsFor: { what: whatItWaitsFor(facts), since: facts.since },
  };
}

function mayBeReleased({ state, handingOver }: OutlookFacts): boolean {
  return handingOver && 'phase' in state && state.phase !== 'transfer-memory' && state.phase !== 'create-destination';
}

function cancelNow({ plan, state, touched, handingOver, pivotPassed, cleaning }: OutlookFacts): Outlook['cancel'] {
  const { vm, source, destination } = plan;
  if (pivotPassed) return { allowed: false, effect: `Refused: ${destination} has taken ${vm} over.` };
  if (cleaning && state.state === 'needs-attention') {
    const effect = `Ends it now: what is left of ${vm} on ${destination}, which does not answer, is removed when ${vm} next comes there.`;
    return { allowed: true, effect };
  }
  if (state.state === 'cancelling') return { allowed: true, effect: 'Nothing more: it is being cancelled already.' };
  if (!touched)
    return { allowed: true, effect: `Ends it at once: ${vm} runs on at ${source}, and nothing was built anywhere.` };
  const clean = `${vm} runs on at ${source}, and what was built of it on ${destination} is destroyed.`;
  return handingOver
    ? {
        allowed: true,
        effect: `${source} takes its guest back unless ${plan.policy.postCopy === 'last-resort' ? 'post-copy has begun, or ' : ''}${destination} has started it first: then ${clean} Else the migration completes.`,
      }
    : { allowed: true, effect: `Ends it: ${clean}` };
}

function doneForGood({ plan, state, pivotPassed }: OutlookFacts): string | null {
  if (pivotPassed || state.state === 'completed')
    return `${plan.vm} is ${plan.destination}’s: the copy on ${plan.source} can never run again.${lentMemory({ plan, state })}`;
  return null;
}

/** Only its agents know whether a transfer that might have gone over to post-copy has. */
function lentMemory({ plan, state }: Pick<OutlookFacts, 'plan' | 'state'>): string {
  if (plan.policy.postCopy !== 'last-resort' || isTerminal(state.state)) return '';
  return ` Until it is retired it may have memory that ${plan.vm} needs: end neither of the two, or the guest is lost.`;
}

function whatItWaitsFor({ plan, state }: OutlookFacts): string {
  switch (state.state) {
    case 'running':
      return `${PHASE_TITLE[state.phase]}.`;
    case 'queued':
      return `Its turn: ${state.reason}.`;
    case 'needs-attention':
      return 'A person: resume it, cancel it, or, where nobody can tell whose the guest is, decide.';
    case 'cancelling':
      return `${plan.source} to say whether the guest is still its own, and ${plan.destination} to clean up.`;
    case 'completed':
    case 'cancelled':
    case 'rehearsed':
    case 'failed':
      return 'Nothing.';
  }
}
