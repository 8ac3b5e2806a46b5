import type { MigrationQueue } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { limitsWords } from '../display/limits-words.ts';
import { formatAge } from '../display/quantities.ts';
import { table, type Column } from '../display/table.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

type Line = MigrationQueue['inFlight'][number] | MigrationQueue['waiting'][number];

const COLUMNS: Column<Line>[] = [
  { title: '#', value: (line) => ('position' in line ? line.position : '●'), align: 'right' },
  { title: 'ID', value: (line) => shortId(line.migration), style: () => 'accent' },
  { title: 'VM', value: (line) => line.vm, style: () => 'strong' },
  { title: 'FROM', value: (line) => line.source },
  { title: 'TO', value: (line) => line.destination },
  { title: 'PRIORITY', value: (line) => line.priority },
  { title: 'REQUESTED', value: (line) => formatAge(line.requestedAt, Date.now()) },
  {
    title: 'STATE',
    value: (line) => ('position' in line ? `waits: ${line.reason}` : 'under way'),
    style: (line) => ('position' in line ? 'warning' : 'accent'),
  },
];

export function queue(program: Command, session: Session): void {
  program
    .command('queue')
    .description('show which migrations are under way, which wait, and for what')
    .action(async () => {
      const answer = await session.client.queue();
      session.answer(answer, () => {
        const { limits, inFlight, waiting } = answer;
        const words = session.ink('faint', limitsWords(limits));
        const lines = [...inFlight, ...waiting];
        return lines.length === 0 ? `Nothing moves.\n${words}` : `${table(session.ink, COLUMNS, lines)}\n${words}`;
      });
    });
}
