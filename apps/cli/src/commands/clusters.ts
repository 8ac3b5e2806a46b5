import type { Cluster } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { formatDuration } from '../display/quantities.ts';
import { table, type Column } from '../display/table.ts';
import type { Session } from '../session.ts';

const COLUMNS: Column<Cluster>[] = [
  { title: 'CLUSTER', value: (cluster) => cluster.name, style: () => 'strong' },
  { title: 'HOSTS', value: ({ members }) => members.map(({ host }) => host).join(', ') || '-' },
  {
    title: 'INVITED',
    value: ({ invitations }) => invitations.map(({ host, expiresAt }) => `${host} ${validity(expiresAt)}`).join(', '),
    style: () => 'warning',
  },
];

export function clusters(program: Command, session: Session): void {
  program
    .command('clusters')
    .description('list the clusters, their hosts, and who is invited to join')
    .action(async () => {
      const items = await session.client.clusters();
      session.answer(items, () =>
        items.length === 0
          ? 'There is no cluster. Create one with: ferry cluster create NAME'
          : table(session.ink, COLUMNS, items),
      );
    });
}

function validity(expiresAt: string): string {
  const left = Date.parse(expiresAt) - Date.now();
  return left > 0 ? `(for ${formatDuration(left)})` : '(expired)';
}
