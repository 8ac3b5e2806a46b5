import type { TransferProgress } from './progress.ts';

/**
 * The shortest downtime, in milliseconds, with which the guest can be expected to be switched over now; null while the
 * first pass over its memory tells nothing of what it dirties.
 * @param bandwidthBytesPerSecond what the transfer may use, where it is held back at present; else null
 */
export function leastDowntimeMs(progress: TransferProgress, bandwidthBytesPerSecond: number | null): number | null {
  const { rounds, remainingBytes, expectedDowntimeMs } = progress;
  if (rounds < 2) return null;
  // The hypervisor's estimate is made with the bandwidth in use.
  if (bandwidthBytesPerSecond === null) return expectedDowntimeMs;
  return Math.ceil((remainingBytes / bandwidthBytesPerSecond) * 1_000);
}
