import { downtimeWithin, type Pass } from './downtime-aim.ts';
import type { MigrationPolicy } from './policy.ts';

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
export type Forecast = {
  totalMs: number;
  rounds: number;
  /** What is left of the memory at the switchover, in the time that it takes to be sent. */
  downtimeMs: number;
} | null;

/** Rounds that shrink so little that there are more of them are none to wait for. */
const mostRounds = 100;

/** Round after round sends what was dirtied in the one before, until the rest fits into the downtime that is aimed at. */
export function forecastOf(
  {
    copiedMs,
    bytesPerSecond,
    dirtyBytesPerSecond,
  }: Pick<RehearsalFigures, 'copiedMs' | 'bytesPerSecond' | 'dirtyBytesPerSecond'>,
  policy: MigrationPolicy,
): Forecast {
  const share = dirtyBytesPerSecond / bytesPerSecond;
  let [totalMs, passMs] = [0, copiedMs];
  let before: Pass = { ms: totalMs, rounds: 1, leftMs: passMs };
  for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
    totalMs += passMs;
    passMs *= share;
    const now: Pass = { ms: totalMs, rounds: rounds + 1, leftMs: passMs };
    if (passMs <= downtimeWithin(policy, now, before))
      return { totalMs: Math.ceil(totalMs + passMs), rounds, downtimeMs: Math.ceil(passMs) };
    before = now;
  }
  return null;
}
