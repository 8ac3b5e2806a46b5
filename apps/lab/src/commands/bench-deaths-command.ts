import { DEFAULT_POLICY } from '@ferry/domain';
import { benchDeaths } from '../bench/bench-deaths.ts';
import type { LabConfig } from '../config.ts';
import type { Terminal } from '../terminal.ts';
import { inBenchLab } from './in-bench-lab.ts';

export interface BenchDeathsOptions {
  readonly deaths: number;
  readonly json?: boolean;
}

/**
 * Lets agents and a host die in the blackout, so many times each, and measures how soon the guest goes on.
 * @returns the exit code: 0 when it was measured, whatever the numbers are
 */
export async function benchDeathsCommand(
  { deaths: times, json }: BenchDeathsOptions,
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const result = await inBenchLab((lab, say) => benchDeaths(lab, times, DEFAULT_POLICY, say), {}, config, terminal);
  if (result === null) return 1;
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  terminal.heading(`Until the guest counts again, ${times} deaths each`);
  for (const [name, { median, most }] of Object.entries(result.deaths)) {
    const goal = name === 'destination host' ? '500 ms beyond the policy’s time' : '1000 ms from their start';
    terminal.line(`${name.padEnd(18)} median ${median} ms, at most ${most} ms   (goal: at most ${goal})`);
  }
  return 0;
}
