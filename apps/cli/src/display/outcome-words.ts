import type { Migration, MigrationDetail } from '@ferry/contracts/http';
import { rehearsalWords } from './rehearsal-words.ts';
import { formatBytes, formatDuration, formatSpan } from './quantities.ts';

/** How a migration ended, in lines; none while it goes on. */
export function outcomeWords(migration: MigrationDetail): string[] {
  const { vm, owner, destination, source } = migration;
  switch (migration.state) {
    case 'completed':
      return [`${vm} runs on ${owner ?? destination}`, figures(migration)].filter((line) => line !== '');
    case 'cancelled':
      return [`cancelled: ${vm} runs on at ${owner ?? source}`];
    case 'rehearsed':
      return [`rehearsed: ${vm} has stayed on ${owner ?? source}`, ...rehearsalWords(migration)];
    case 'failed':
      return [owner === null ? `failed` : `failed: ${vm} is owned by ${owner}`];
    case 'running':
    case 'queued':
    case 'cancelling':
    case 'needs-attention':
      return [];
  }
}

function figures({ statistics, blackoutMs, requestedAt, finishedAt }: Migration): string {
  return [
    ...(blackoutMs === null ? [] : [`blackout ${formatDuration(blackoutMs)}`]),
    ...(statistics === null
      ? []
      : [
          `downtime by the hypervisor ${formatDuration(statistics.downtimeMs)}`,
          `${formatBytes(statistics.transferredBytes)} in ${statistics.rounds} rounds`,
        ]),
    ...(finishedAt === null ? [] : [`${formatSpan(requestedAt, finishedAt)} in all`]),
  ].join(', ');
}
