import type { VirtualMachine } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { formatBytes } from '../display/quantities.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { table, type Column } from '../display/table.ts';
import { readItems } from '../read-items.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

const COLUMNS: Column<VirtualMachine>[] = [
  { title: 'VM', value: (vm) => vm.id, style: () => 'strong' },
  { title: 'STATUS', value: (vm) => vm.status, style: (vm) => STATE_STYLE[vm.status] },
  { title: 'HOST', value: (vm) => vm.host ?? '-' },
  { title: 'OWNER', value: (vm) => vm.owner ?? '-' },
  { title: 'CPUS', value: (vm) => vm.cpuCount, align: 'right' },
  { title: 'MEMORY', value: (vm) => formatBytes(vm.memoryKiB * 1024), align: 'right' },
  { title: 'MIGRATION', value: (vm) => (vm.migration === null ? '-' : shortId(vm.migration)), style: () => 'accent' },
];

export function vms(program: Command, session: Session): void {
  program
    .command('vms')
    .description('list the virtual machines, and where they run')
    .option('--host <host>', 'only those on this host')
    .action(async ({ host }: { host?: string }) => {
      const { items } = await readItems((page) => session.client.virtualMachines({ ...page, host }));
      session.answer(items, () =>
        items.length === 0
          ? 'No virtual machines. Start one with: ferry start FILE --on HOST'
          : table(session.ink, COLUMNS, items),
      );
    });
}
