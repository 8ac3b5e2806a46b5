import type { PreflightReport } from '@ferry/contracts/http';
import type { Column } from './table.ts';

/** More hosts than that are only counted. */
const MOST_NAMES = 4;

/** Where each VM could go, and why not elsewhere: a line a VM. */
export const FLEET_COLUMNS: Column<PreflightReport>[] = [
  { title: 'VM', value: ({ vm }) => vm, style: () => 'strong' },
  { title: 'ON', value: ({ source }) => source.host },
  {
    title: 'COULD GO TO',
    value: ({ destinations }) =>
      namesOf(
        destinations.filter(({ possible }) => possible).map(({ host }) => host),
        destinations.length,
      ),
    style: ({ destinations }) => (destinations.some(({ possible }) => possible) ? 'good' : 'bad'),
  },
  { title: 'WHY NOT ELSEWHERE', value: reasons, style: () => 'faint' },
];

/** The errors, each with the hosts on which it is. */
function reasons({ source, destinations }: PreflightReport): string {
  const hosts = new Map<string, string[]>();
  for (const { host, findings } of [source, ...destinations])
    for (const { code, severity } of findings)
      if (severity === 'error') hosts.set(code, [...(hosts.get(code) ?? []), host]);
  return [...hosts].map(([code, found]) => `${code}: ${namesOf([...new Set(found)], destinations.length)}`).join('; ');
}

function namesOf(hosts: readonly string[], among: number): string {
  if (hosts.length === 0) return 'nowhere';
  return hosts.length <= MOST_NAMES ? hosts.join(', ') : `${hosts.length} of ${among} hosts`;
}
