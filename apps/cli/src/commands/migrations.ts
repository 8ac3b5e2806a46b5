import { MIGRATION_STATES, type MigrationStateName } from '@ferry/domain';
import type { Migration } from '@ferry/contracts/http';
import { Option, type Command } from 'commander';
import { limitOption } from '../arguments.ts';
import { formatAge, formatDuration, formatSpan } from '../display/quantities.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { table, type Column } from '../display/table.ts';
import { readItems } from '../read-items.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

const COLUMNS: Column<Migration>[] = [
  { title: 'ID', value: (migration) => shortId(migration.id), style: () => 'accent' },
  { title: 'VM', value: (migration) => migration.vm, style: () => 'strong' },
  { title: 'FROM', value: (migration) => migration.source },
  { title: 'TO', value: (migration) => migration.destination },
  { title: 'STATE', value: stateWords, style: (migration) => STATE_STYLE[migration.state] },
  { title: 'PHASE', value: (migration) => migration.phase ?? '-' },
  { title: 'PRIORITY', value: (migration) => migration.priority },
  { title: 'REQUESTED', value: (migration) => formatAge(migration.requestedAt, Date.now()) },
  { title: 'TOOK', value: (migration) => formatSpan(migration.requestedAt, migration.finishedAt), align: 'right' },
  {
    title: 'BLACKOUT',
    value: ({ blackoutMs }) => (blackoutMs === null ? '' : formatDuration(blackoutMs)),
    align: 'right',
  },
];

export function migrations(program: Command, session: Session): void {
  program
    .command('migrations')
    .description('list migrations, the latest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(MIGRATION_STATES))
    .option('--vm <vm>', 'only those of this VM')
    .option('--host <host>', 'only those from or to this host')
    .addOption(limitOption())
    .action(async (options: { state?: MigrationStateName; vm?: string; host?: string; limit: number }) => {
      const { limit, state, vm, host } = options;
      const { items, more } = await readItems((page) => session.client.migrations({ ...page, state, vm, host }), limit);
      session.answer(items, () => {
        if (items.length === 0) return 'No such migrations.';
        const shown = table(session.ink, COLUMNS, items);
        return more ? `${shown}\n${session.ink('faint', `There are more: raise --limit.`)}` : shown;
      });
    });
}

function stateWords({ state, rehearsal }: Migration): string {
  return rehearsal === null || state === 'rehearsed' ? state : `${state} (rehearsal)`;
}
