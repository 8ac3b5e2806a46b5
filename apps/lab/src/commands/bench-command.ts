import { DEFAULT_POLICY, type MigrationPolicy } from '@ferry/domain';
import { bench, type BenchResult, type Stream } from '../bench/bench.ts';
import type { Comparison } from '../bench/comparison.ts';
import { benchPrediction, PREDICTION_TARGET, type PredictionResult } from '../bench/bench-prediction.ts';
import type { LabConfig } from '../config.ts';
import type { LabStorage } from '../lab-storage.ts';
import { Terminal } from '../terminal.ts';
import { inBenchLab } from './in-bench-lab.ts';

export interface BenchOptions {
  readonly pairs?: number;
  readonly storage: LabStorage;
  /** Only by this one; else by both. */
  readonly stream?: Stream;
  /** How well the time of a transfer is predicted, instead. */
  readonly prediction?: boolean;
  readonly json?: boolean;
}

/** What each number has to be, at the most. They were set by what others need in plain text, and are asked of both streams. */
const TARGETS = { downtimeRatio: 1.05, blackoutRatio: 1.1, controlPlaneMs: 330, toRunningMs: 540 } as const;
const RSS_TARGETS_MIB = { agent: 160, worker: 250, api: 200 } as const;

/**
 * Measures Ferry against a bare script, side by side; or its prediction of transfers against the transfers.
 * @returns the exit code: 0 when it was measured, whatever the numbers are
 */
export async function benchCommand(
  { prediction, pairs = prediction ? 12 : 30, storage, stream, json }: BenchOptions,
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const policy: MigrationPolicy = { ...DEFAULT_POLICY, ...(stream && { stream }) };
  const streams: readonly Stream[] = stream ? [stream] : ['plain-text', 'encrypted'];
  const result = await inBenchLab<BenchResult | PredictionResult>(
    (lab, say) => (prediction ? benchPrediction(lab, pairs, policy, say) : bench(lab, pairs, streams, say)),
    { storage },
    config,
    terminal,
  );
  if (result === null) return 1;
  if ('moves' in result) {
    if (json) printJson(result);
    else printPrediction(result, terminal);
  } else if (json) printJson(asOneObject(result));
  else print(result, terminal);
  return 0;
}

function printJson(result: object): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

/** What was measured in plain text, as others measure, has what was measured encrypted beside it. */
function asOneObject({ compared: { 'plain-text': plainText, encrypted }, rssMiB }: BenchResult): object {
  return plainText === undefined
    ? { stream: 'encrypted', ...encrypted, rssMiB }
    : { stream: 'plain-text', ...plainText, rssMiB, ...(encrypted && { encrypted }) };
}

function print({ compared, rssMiB }: BenchResult, terminal: Terminal): void {
  for (const [stream, comparison] of Object.entries(compared) as [Stream, Comparison][]) {
    const { pairs, within, measured } = comparison;
    terminal.heading(`Medians of ${pairs} pairs, in turns, ${stream === 'encrypted' ? stream : 'in plain text'}`);
    for (const name of ['downtimeRatio', 'blackoutRatio'] as const)
      line(name, comparison[name], TARGETS[name], `nine of ten such benches say ${within[name].join(' to ')}`);
    for (const name of ['controlPlaneMs', 'toRunningMs'] as const)
      line(name, comparison[name], TARGETS[name], `the script ${measured.bare[name].median}`);
  }
  terminal.heading('Memory after that');
  for (const [name, size] of Object.entries(rssMiB) as [keyof typeof RSS_TARGETS_MIB, number][])
    line(`rssMiB.${name}`, size, RSS_TARGETS_MIB[name]);

  function line(name: string, value: number, target: number, beside = ''): void {
    const verdict = `at most ${String(target).padStart(5)}   ${value <= target ? 'reached    ' : 'NOT reached'}`;
    terminal.line(`${name.padEnd(16)} ${String(value).padStart(8)}   ${verdict.padEnd(28)} ${beside}`.trimEnd());
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
