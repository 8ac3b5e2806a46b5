import type { MigrationDetail } from '@ferry/contracts/http';
import { formatBytes, formatDuration, formatRate } from './quantities.ts';

/** How the transfer was expected to go, and how it went, on a line; none where nothing was predicted. */
export function predictionWords({ prediction, statistics }: MigrationDetail): string[] {
  if (prediction === null) return [];
  const { converges, dirtyBytesPerSecond } = prediction;
  const because = ` (${formatRate(dirtyBytesPerSecond)} were changed)`;
  const fact = statistics === null ? '' : `; it was ${figures(statistics)}`;
  return [(converges ? figures(prediction) : 'no switchover by this policy') + because + fact];
}

function figures({
  totalMs,
  rounds,
  transferredBytes,
  downtimeMs,
}: Record<'totalMs' | 'rounds' | 'transferredBytes' | 'downtimeMs', number>): string {
  const time = `${formatDuration(totalMs)} in ${rounds} rounds, ${formatBytes(transferredBytes)}`;
  return `${time}, downtime ${formatDuration(downtimeMs)}`;
}
