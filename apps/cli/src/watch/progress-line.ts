import type { MigrationDetail } from '@ferry/contracts/http';
import type { Ink } from '../display/ink.ts';
import { formatBytes, formatDuration, formatRate } from '../display/quantities.ts';
import { cut } from '../display/table.ts';

export type Progress = NonNullable<MigrationDetail['progress']>;

const BAR_WIDTH = 24;

/** A bar of the memory that has moved, what remains, and how fast, in at most `columns` characters. */
export function progressLine(ink: Ink, progress: Progress, columns: number): string {
  const { remainingBytes, totalBytes, rounds, bytesPerSecond, dirtyBytesPerSecond, expectedDowntimeMs } = progress;
  const moved = totalBytes > 0 ? Math.min(1, Math.max(0, 1 - remainingBytes / totalBytes)) : 0;
  const filled = Math.round(moved * BAR_WIDTH);
  const words = [
    `${formatBytes(remainingBytes)} of ${formatBytes(totalBytes)} left`,
    `round ${rounds}`,
    formatRate(bytesPerSecond),
    `dirtied ${formatRate(dirtyBytesPerSecond)}`,
    ...(expectedDowntimeMs === null ? [] : [`downtime about ${formatDuration(expectedDowntimeMs)}`]),
  ];
  const bar = ink('accent', '█'.repeat(filled)) + ink('faint', '░'.repeat(BAR_WIDTH - filled));
  return `  ${bar} ${ink('plain', cut(words.join(', '), columns - BAR_WIDTH - 4))}`;
}
