import type { Host } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { formatAge, formatBytes } from '../display/quantities.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { table, type Column } from '../display/table.ts';
import { readItems } from '../read-items.ts';
import type { Session } from '../session.ts';

const COLUMNS: Column<Host>[] = [
  { title: 'HOST', value: (host) => host.id, style: () => 'strong' },
  {
    title: 'CLUSTER',
    value: ({ cluster }) => cluster ?? 'no member',
    style: ({ cluster }) => (cluster === null ? 'warning' : 'plain'),
  },
  { title: 'STATUS', value: (host) => host.status, style: (host) => STATE_STYLE[host.status] },
  { title: 'REPORTED', value: (host) => formatAge(host.reportedAt, Date.now()) },
  { title: 'VMS', value: (host) => host.virtualMachines, align: 'right' },
  { title: 'CPUS', value: (host) => host.cpu.count, align: 'right' },
  { title: 'MEMORY FREE', value: ({ memory }) => formatBytes(memory.freeBytes), align: 'right' },
  { title: 'OF', value: ({ memory }) => formatBytes(memory.totalBytes), align: 'right' },
  {
    title: 'HYPERVISOR',
    value: ({ hypervisor: { type, version, accelerator } }) => `${type} ${version} ${accelerator}`,
  },
  { title: 'NETWORKS', value: (host) => host.networks.join(', ') },
];

export function hosts(program: Command, session: Session): void {
  program
    .command('hosts')
    .description('list the hosts')
    .action(async () => {
      const { items } = await readItems((page) => session.client.hosts(page));
      session.answer(items, () =>
        items.length === 0
          ? 'No host has reported yet. Each host reports once its agent runs.'
          : table(session.ink, COLUMNS, items),
      );
    });
}
