import { ERRORS, isTerminal, PHASE_TITLE, type Hold, type MigrationPlan, type MigrationState } from '@ferry/domain';

type InState<Name> = Extract<MigrationState, { state: Name }>;

const DESCRIPTION: { [Name in MigrationState['state']]: (state: InState<Name>) => string } = {
  running: ({ phase }) => `${PHASE_TITLE[phase]}.`,
  queued: ({ since, position, reason }) => `Queued since ${since}, number ${position} in line: ${reason}.`,
  'needs-attention': ({ phase, failure, since }) =>
    `**Needs attention** since ${since}, in *${PHASE_TITLE[phase]}*: ${ERRORS[failure.code].title} (\`${failure.code}\`). ${failure.detail}\n\n${ERRORS[failure.code].remedy} Then resume it, or cancel it.`,
  cancelling: ({ requestedBy }) => `Cancelling, asked for by ${requestedBy}.`,
  completed: ({ owner, statistics }) => `Completed: the guest runs on ${owner}. Downtime ${statistics.downtimeMs} ms.`,
  cancelled: ({ owner }) => `Cancelled: the guest runs on at ${owner}.`,
  rehearsed: ({ owner, figures: { forecast } }) =>
    `Rehearsed: the guest has stayed on ${owner}. A migration ${forecast === null ? 'would not converge' : `would stop it for about ${forecast.downtimeMs} ms`}.`,
  failed: ({ owner, failure }) =>
    `Failed: ${ERRORS[failure.code].title} (\`${failure.code}\`). ${failure.detail} The guest is ${owner}'s.`,
};

/** A migration's state in words (Markdown), for Temporal's own pages. */
export function describeState(plan: MigrationPlan, state: MigrationState, hold: Hold | null): string {
  const describe = DESCRIPTION[state.state] as (state: MigrationState) => string;
  const held = hold === null || isTerminal(state.state) ? '' : `\n\n${describeHold(hold)}`;
  return `**${plan.vm}**: ${plan.source} → ${plan.destination}\n\n${describe(state)}${held}`;
}

function describeHold({ by, reason, since }: Hold): string {
  return `**Held** by ${by} since ${since}${reason === null ? '' : `: ${reason}`}. It copies memory, and switches over once released.`;
}
