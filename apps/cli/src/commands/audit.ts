import type { AuditEntry } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { limitOption } from '../arguments.ts';
import { detailWords } from '../display/detail-words.ts';
import { formatInstant } from '../display/quantities.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { table, type Column } from '../display/table.ts';
import { readItems } from '../read-items.ts';
import { resolveMigration, shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

const COLUMNS: Column<AuditEntry>[] = [
  { title: 'AT (UTC)', value: (entry) => formatInstant(entry.at) },
  { title: 'WHO', value: (entry) => entry.actor, style: () => 'strong' },
  { title: 'WHAT', value: (entry) => entry.action },
  { title: 'OUTCOME', value: (entry) => entry.outcome, style: (entry) => STATE_STYLE[entry.outcome] },
  { title: 'VM', value: (entry) => entry.vm ?? '-' },
  { title: 'HOST', value: (entry) => entry.host ?? '-' },
  { title: 'MIGRATION', value: (entry) => (entry.migration === null ? '-' : shortId(entry.migration)) },
  { title: 'DETAILS', value: (entry) => detailWords(entry.details), style: () => 'faint' },
];

export function audit(program: Command, session: Session): void {
  program
    .command('audit')
    .description(
      'show who asked for what, and what became of it: of one migration from its beginning, else the latest first',
    )
    .argument('[id]', 'a migration')
    .option('--vm <vm>', 'only entries about this VM')
    .addOption(limitOption())
    .action(async (id: string | undefined, { vm, limit }: { vm?: string; limit: number }) => {
      const migration = id === undefined ? undefined : await resolveMigration(session.client, id);
      const order = migration === undefined ? 'newest-first' : 'oldest-first';
      const { items, more } = await readItems(
        (page) => session.client.audit({ ...page, migration, vm, order }),
        // Half a history of a migration would mislead.
        migration === undefined ? limit : Infinity,
      );
      // An id of no migration has no history; one that is known has at least its request.
      if (items.length === 0 && migration !== undefined) await session.client.migration(migration);
      session.answer(items, () => {
        if (items.length === 0) return 'No entries.';
        const width = session.terminal.interactive ? session.terminal.columns : Infinity;
        const shown = table(session.ink, COLUMNS, items, width);
        return more ? `${shown}\n${session.ink('faint', 'There are more: raise --limit.')}` : shown;
      });
    });
}
