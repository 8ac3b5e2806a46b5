import { DEFAULT_PRIORITY } from '@ferry/domain';
import type { MigrationDetail } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { detailWords } from '../display/detail-words.ts';
import { showMigrationFailure } from '../display/failure-words.ts';
import type { Ink } from '../display/ink.ts';
import { holdWords } from '../display/hold-words.ts';
import { queueWords } from '../display/queue-words.ts';
import { outlookWords, testimonyWords } from '../display/outlook-words.ts';
import { outcomeWords } from '../display/outcome-words.ts';
import { predictionWords } from '../display/prediction-words.ts';
import { policyWords } from '../display/policy-words.ts';
import { formatInstant, formatSpan } from '../display/quantities.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { table, type Column } from '../display/table.ts';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

type PhaseRun = MigrationDetail['phases'][number];

const PHASE_COLUMNS: Column<PhaseRun>[] = [
  { title: 'PHASE', value: (run) => run.phase, style: () => 'strong' },
  { title: 'STATE', value: (run) => run.state, style: (run) => STATE_STYLE[run.state] },
  { title: 'HOST', value: (run) => run.host ?? '-' },
  { title: 'ATTEMPTS', value: (run) => run.attempts, align: 'right' },
  { title: 'TOOK', value: (run) => formatSpan(run.startedAt, run.finishedAt), align: 'right' },
  {
    title: 'DETAILS',
    value: ({ failure, details }) => (failure === null ? detailWords(details) : `${failure.code}: ${failure.detail}`),
    style: (run) => (run.failure === null ? 'faint' : 'bad'),
  },
];

export function show(program: Command, session: Session): void {
  program
    .command('show')
    .description('show one migration: what was asked, its phases, how it ended')
    .argument('<id>', 'a migration')
    .action(async (id: string) => {
      const migration = await session.client.migration(await resolveMigration(session.client, id));
      const width = session.terminal.interactive ? session.terminal.columns : Infinity;
      session.answer(migration, () => describe(session.ink, migration, width));
    });
}

function describe(ink: Ink, migration: MigrationDetail, width: number): string {
  const facts: [string, string][] = [
    ['Migration', ink('accent', migration.id)],
    ['VM', ink('strong', migration.vm)],
    ['Way', ink('plain', `${migration.source} → ${migration.destination}${rehearsed(migration)}`)],
    ['State', ink(STATE_STYLE[migration.state], migration.state) + ink('plain', phaseWords(migration))],
    ...(migration.priority === DEFAULT_PRIORITY ? [] : ([['Priority', migration.priority]] as [string, string][])),
    ['Owner', ink('plain', migration.owner ?? 'not settled')],
    ['Requested', ink('plain', `${formatInstant(migration.requestedAt)} UTC by ${migration.requestedBy}`)],
    ...(migration.reason === null ? [] : ([['Reason', ink('plain', migration.reason)]] as [string, string][])),
    ...(migration.hold === null ? [] : ([['Held', ink('warning', holdWords(migration.hold))]] as [string, string][])),
    ['Policy', policyWords(migration.policy)],
    ...outlookWords(migration).map(([title, words]): [string, string] => [title, ink('plain', words)]),
    ...predictionWords(migration).map((words): [string, string] => ['Predicted', ink('plain', words)]),
    ...outcomeWords(migration).map((words): [string, string] => ['Outcome', ink('plain', words)]),
  ];
  const head = facts.map(([title, value]) => `${ink('faint', title.padEnd(10))} ${value}`).join('\n');
  const phases = migration.phases.length === 0 ? [] : [table(ink, PHASE_COLUMNS, migration.phases, width)];
  const failure = migration.failure === null ? [] : [showMigrationFailure(ink, migration.failure)];
  const heard = migration.testimonies.map((each) => ink('plain', testimonyWords(each)));
  return [head, ...phases, ...failure, ...heard].join('\n\n');
}

function rehearsed({ rehearsal }: MigrationDetail): string {
  return rehearsal === null ? '' : ', rehearsed only: the guest stays';
}

function phaseWords({ state, phase, queue }: MigrationDetail): string {
  if (state === 'queued') return `, ${queueWords(queue)}`;
  return state === 'completed' || state === 'rehearsed' || phase === null ? '' : ` in ${phase}`;
}
