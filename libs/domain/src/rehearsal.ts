import { DEFAULT_POLICY, POLICY_RANGE, type MigrationPolicy } from './policy.ts';
import { predictTransfer, type TransferPrediction } from './prediction.ts';

/** What a rehearsal has measured, and what a migration is to be expected to do by it. */
export interface RehearsalFigures {
  /** The first pass over the memory. */
  copiedMs: number;
  transferredBytes: number;
  rounds: number;
  /** The most that the stream has reached. */
  bytesPerSecond: number;
  dirtyBytesPerSecond: number;
  forecast: Forecast;
}

/** Null where the guest dirties its memory faster than it is sent. */
export type Forecast = Pick<TransferPrediction, 'totalMs' | 'rounds' | 'downtimeMs'> | null;

/** What is predicted by what was measured, for a guest that nobody slows down. */
export function forecastOf(
  {
    transferredBytes: usedBytes,
    bytesPerSecond,
    dirtyBytesPerSecond,
  }: Pick<RehearsalFigures, 'transferredBytes' | 'bytesPerSecond' | 'dirtyBytesPerSecond'>,
  policy: MigrationPolicy,
): Forecast {
  const load = { usedBytes, dirtyBytesPerSecond, workingSetBytes: null };
  const alone = {
    ...policy,
    ...{ bandwidthBytesPerSecond: bytesPerSecond, throttleLimitPercent: 1, lastResortDowntimeMs: 0 },
    // When its policy would end it is no matter of what can be sent.
    ...{ roundLimit: DEFAULT_POLICY.roundLimit, abandonAfterMs: POLICY_RANGE.abandonAfterMs[1] },
  };
  const { converges, totalMs, rounds, downtimeMs } = predictTransfer(load, alone);
  return converges ? { totalMs, rounds, downtimeMs } : null;
}
