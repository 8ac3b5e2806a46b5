import type { TransferProgress } from './progress.ts';

/**
 * The shortest downtime, in milliseconds, with which the guest can be expected to be switched over now; null while the
 * first pass over its memory tells nothing of what it dirties.
 * @param bandwidthBytesPerSecond what the transfer may use, where it is held back at present; else null
 */
export function leastDowntimeMs(progress: TransferProgress, bandwidthBytesPerSecond: number | null): number | null {
  const { rounds, remainingBytes, bytesPerSecond, expectedDowntimeMs } = progress;
  if (rounds < 2) return null;
  const rate = bandwidthBytesPerSecond ?? bytesPerSecond;
  const leftMs = rate > 0 ? Math.ceil((remainingBytes / rate) * 1_000) : 0;
  if (bandwidthBytesPerSecond !== null) return leftMs;
  // What the hypervisor expects is of its last look for what was dirtied, and 0 until there was one.
  return Math.max(expectedDowntimeMs ?? 0, leftMs);
}
