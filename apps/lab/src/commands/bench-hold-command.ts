import { DEFAULT_POLICY } from '@ferry/domain';
import { benchHold } from '../bench/bench-hold.ts';
import type { LabConfig } from '../config.ts';
import type { Terminal } from '../terminal.ts';
import { inBenchLab } from './in-bench-lab.ts';

export interface BenchHoldOptions {
  readonly hold: number;
  readonly json?: boolean;
}

/** What a hold may cost of the link, and how soon it ends, at the most. */
const TARGETS = { linkShare: 0.01, toSwitchoverMs: 1_000 } as const;

/**
 * Holds two guests before their switchover for so many seconds, and measures what that costs.
 * @returns the exit code: 0 when it was measured, whatever the numbers are
 */
export async function benchHoldCommand(
  { hold: seconds, json }: BenchHoldOptions,
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const result = await inBenchLab((lab, say) => benchHold(lab, seconds, DEFAULT_POLICY, say), {}, config, terminal);
  if (result === null) return 1;
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  terminal.heading(`Two guests held for ${seconds} s; together on the wire ${percent(result.wireShare)} of the link`);
  for (const { vm, linkShare, leastCounted, toSwitchoverMs } of result.guests)
    terminal.line(
      `${vm.padEnd(5)} ${percent(linkShare)} of the link (at most ${percent(TARGETS.linkShare)}), counted at least ` +
        `${leastCounted.toFixed(1)} times a second, ${toSwitchoverMs} ms to its switchover (at most ${TARGETS.toSwitchoverMs})`,
    );
  return 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}
