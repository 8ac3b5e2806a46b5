import type { HandoverRun } from '../faults/handovers/handover-run.ts';
import { handoverLines, handoverSummary, handoverTable, isGreen } from '../faults/handovers/handover-table.ts';
import { playHandovers } from '../faults/handovers/play-handovers.ts';
import { interruption } from '../interruption.ts';
import type { Terminal } from '../terminal.ts';

export interface HandoversOptions {
  readonly runs: number;
  readonly seed: number;
  readonly json?: boolean;
}

const tellEvery = 50;

/**
 * Plays seeded handovers of two agents on the simulator, and prints how many were green.
 * @returns the exit code: 0 only if all are
 */
export async function handoversCommand(options: HandoversOptions, terminal: Terminal): Promise<number> {
  const { runs, seed, json = false } = options;
  const began = performance.now();
  terminal.event(`${runs} handovers on the simulator, seeds ${seed} to ${seed + runs - 1}`);
  const played: HandoverRun[] = [];
  for await (const run of playHandovers(seed, runs, interruption())) {
    played.push(run);
    const [line = '', ...against] = handoverLines(run);
    if (!isGreen(run) || runs <= tellEvery) terminal.event(line);
    for (const each of against) terminal.warning(each);
    if (played.length % tellEvery === 0) terminal.event(`${played.length} of ${runs}`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ seed, runs: played }, null, 2)}\n`);
  terminal.heading(handoverSummary(played, performance.now() - began));
  for (const line of handoverTable(played)) terminal.line(line);
  return played.length === runs && played.every(isGreen) ? 0 : 1;
}
