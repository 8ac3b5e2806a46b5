import { DEFAULT_POLICY, type MigrationPolicy } from '@ferry/domain';
import { bench, type BenchResult } from '../bench/bench.ts';
import { benchPrediction, PREDICTION_TARGET, type PredictionResult } from '../bench/bench-prediction.ts';
import type { LabConfig } from '../config.ts';
import type { LabStorage } from '../lab-storage.ts';
import { Terminal } from '../terminal.ts';
import { inBenchLab } from './in-bench-lab.ts';

export interface BenchOptions {
  readonly pairs: number;
  readonly storage: LabStorage;
  /** Both in plain text; else both encrypted, as Ferry does it unless it is told otherwise. */
  readonly plainText?: boolean;
  /** How well the time of a transfer is predicted, instead. */
  readonly prediction?: boolean;
  readonly json?: boolean;
}

/** What each number has to be, at the most. */
const TARGETS = { downtimeRatio: 1.05, blackoutRatio: 1.1, controlPlaneMs: 330, toRunningMs: 540 } as const;
const RSS_TARGETS_MIB = { agent: 160, worker: 250, api: 200 } as const;

/**
 * Measures Ferry against a bare script, side by side; or its prediction of transfers against the transfers.
 * @returns the exit code: 0 when it was measured, whatever the numbers are
 */
export async function benchCommand(
  { pairs, storage, plainText, prediction, json }: BenchOptions,
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const policy: MigrationPolicy = { ...DEFAULT_POLICY, ...(plainText && { stream: 'plain-text' }) };
  const result = await inBenchLab<BenchResult | PredictionResult>(
    (lab, say) => (prediction ? benchPrediction(lab, pairs, policy, say) : bench(lab, pairs, policy, say)),
    { storage },
    config,
    terminal,
  );
  if (result === null) return 1;
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else if ('moves' in result) printPrediction(result, terminal);
  else print(result, terminal);
  return 0;
}

function print(result: BenchResult, terminal: Terminal): void {
  terminal.heading(`Medians of ${result.pairs} pairs, in turns`);
  for (const [name, target] of Object.entries(TARGETS)) line(name, result[name as keyof typeof TARGETS], target);
  for (const [name, [low, high]] of Object.entries(result.within))
    terminal.line(`${name.padEnd(16)} nine of ten such benches say ${low} to ${high}`);
  for (const [name, target] of Object.entries(RSS_TARGETS_MIB))
    line(`rssMiB.${name}`, result.rssMiB[name as keyof typeof RSS_TARGETS_MIB], target);

  function line(name: string, value: number, target: number): void {
    terminal.line(
      `${name.padEnd(16)} ${String(value).padStart(8)}   at most ${String(target).padStart(5)}   ${value <= target ? 'reached' : 'NOT reached'}`,
    );
  }
}

function printPrediction({ moves, within30Percent, medianError }: PredictionResult, terminal: Terminal): void {
  const reached = within30Percent >= PREDICTION_TARGET.share;
  terminal.heading(`Total times of ${moves.length} transfers, predicted`);
  terminal.line(
    `within 30 %      ${String(within30Percent).padStart(8)}   at least ${String(PREDICTION_TARGET.share).padStart(4)}   ${reached ? 'reached' : 'NOT reached'}`,
  );
  terminal.line(`median error     ${String(medianError).padStart(8)}`);
}
