import type { MigrationDetail } from '@ferry/contracts/http';
import type { Ink } from '../display/ink.ts';
import { formatBytes, formatDuration, formatRate } from '../display/quantities.ts';
import { cut } from '../display/table.ts';

export type Progress = NonNullable<MigrationDetail['progress']>;

const BAR_WIDTH = 24;

/** A bar of the memory that has moved, what remains and how fast it goes, and what works against it. */
export function progressLines(ink: Ink, progress: Progress, columns: number): string[] {
  const {
    remainingBytes,
    totalBytes,
    rounds,
    bytesPerSecond,
    dirtyBytesPerSecond,
    throttlePercent,
    expectedDowntimeMs,
  } = progress;
  const moved = totalBytes > 0 ? Math.min(1, Math.max(0, 1 - remainingBytes / totalBytes)) : 0;
  const filled = Math.round(moved * BAR_WIDTH);
  const bar = ink('accent', '█'.repeat(filled)) + ink('faint', '░'.repeat(BAR_WIDTH - filled));
  const left = `${formatBytes(remainingBytes)} of ${formatBytes(totalBytes)} left, ${formatRate(bytesPerSecond)}`;
  const against = [
    `dirtied ${formatRate(dirtyBytesPerSecond)}`,
    `round ${rounds}`,
    ...(throttlePercent > 1 ? [`guest slowed by ${throttlePercent} %`] : []),
    ...(expectedDowntimeMs === null ? [] : [`downtime about ${formatDuration(expectedDowntimeMs)}`]),
  ].join(', ');
  return [
    `  ${bar} ${ink('plain', cut(left, columns - BAR_WIDTH - 4))}`,
    `  ${ink('plain', cut(against, columns - 3))}`,
  ];
}
