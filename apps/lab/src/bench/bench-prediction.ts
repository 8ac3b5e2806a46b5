import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationPolicy } from '@ferry/domain';
import type { Lab } from '../lab.ts';
import { dirtySteadily } from './dirty-steadily.ts';
import { endedMigration } from './ended-migration.ts';
import { median } from './statistics.ts';

/** One move, as it was predicted and as it was. */
export interface PredictedMove {
  /** What the guest was told to change, as a part of the bandwidth. */
  share: number;
  measuredMiBPerSecond: number;
  predictedMs: number;
  totalMs: number;
  predictedRounds: number;
  rounds: number;
  predictedMiB: number;
  transferredMiB: number;
  /** Prediction less fact, as a part of the fact. */
  error: number;
}

/** What `npm run bench -- --prediction --json` prints. */
export interface PredictionResult {
  moves: PredictedMove[];
  /** The part of the moves whose total time was predicted this well. */
  within30Percent: number;
  medianError: number;
}

export const PREDICTION_TARGET = { error: 0.3, share: 0.9 } as const;

const SHARES = [0, 0.25, 0.5, 0.75] as const;
const mib = 1024 ** 2;
/** So little that a transfer takes longer than it takes to measure the guest, and a guest under TCG can keep up with it. */
const BANDWIDTH_MIB = 24;
/** As much as the guest has room for, so that what it changes in one pass it has seldom changed before. */
const WORKING_SET_MIB = 48;
/** An agent measures each of its guests anew so often, and needs a while for it. */
const MEASURED_WITHIN_MS = 40_000;
const GUEST = 'bench-predicted';

/**
 * Moves a guest that changes its memory at different speeds, and compares how long each move was predicted to take with
 * how long it took, by QEMU's own measure.
 * @throws when a move fails, was not predicted, or the guest did not survive
 */
export async function benchPrediction(
  lab: Lab,
  moves: number,
  policy: MigrationPolicy,
  say: (line: string) => void,
): Promise<PredictionResult> {
  const limited = { ...policy, bandwidthBytesPerSecond: BANDWIDTH_MIB * mib };
  await lab.createGuest(GUEST, { host: 'host-a' });
  // Each page is filled when it is met first.
  await dirty(lab, 2 * WORKING_SET_MIB);
  const made: PredictedMove[] = [];
  for (let number = 0; number < moves; number += 1) {
    const share = SHARES[number % SHARES.length] ?? 0;
    await dirty(lab, share * BANDWIDTH_MIB);
    // Agents tell nobody when they have.
    await pause(MEASURED_WITHIN_MS);
    const destination = number % 2 === 0 ? 'host-b' : 'host-a';
    const { id } = await lab.client.submitMigration({ vm: GUEST, destination, policy: limited });
    const { state, failure, prediction, statistics } = await endedMigration(lab.client, String(id));
    if (state !== 'completed' || statistics === null)
      throw new Error(`The migration is ${state}: ${JSON.stringify(failure)}`);
    if (prediction === null) throw new Error('The transfer was over before the guest was measured');
    if (statistics.totalMs === 0) {
      say('of this one QEMU told no time');
      continue;
    }
    const move: PredictedMove = {
      share,
      measuredMiBPerSecond: prediction.dirtyBytesPerSecond / mib,
      ...{ predictedMs: prediction.totalMs, totalMs: statistics.totalMs },
      ...{ predictedRounds: prediction.rounds, rounds: statistics.rounds },
      predictedMiB: round(prediction.transferredBytes / mib),
      transferredMiB: round(statistics.transferredBytes / mib),
      error: round((prediction.totalMs - statistics.totalMs) / statistics.totalMs),
    };
    made.push(move);
    say(inWords(move));
  }
  const { whole, problems } = await lab.counter(GUEST);
  if (!whole) throw new Error(`The guest did not survive: ${problems.join('; ')}`);
  const errors = made.map(({ error }) => Math.abs(error));
  const good = errors.filter((error) => error <= PREDICTION_TARGET.error).length;
  return { moves: made, within30Percent: round(good / made.length), medianError: round(median(errors)) };
}

async function dirty(lab: Lab, mibPerSecond: number): Promise<void> {
  const probe = lab.guestProbe(GUEST);
  if (probe === null) throw new Error('The bench needs real guests');
  await dirtySteadily(probe, { mibPerSecond, workingSetMib: WORKING_SET_MIB });
}

function inWords({ share, measuredMiBPerSecond, predictedMs, totalMs, error, predictedRounds, rounds }: PredictedMove) {
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  return (
    `at ${percent(share)} of the bandwidth (measured ${measuredMiBPerSecond} MiB/s): predicted ${predictedMs} ms in ` +
    `${predictedRounds} rounds, it was ${totalMs} ms in ${rounds} (${percent(error)})`
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
