import type { HandoverRun } from './handover-run.ts';

/** One line of a run while it goes on; what speaks against it, and how to play it alone, below. */
export function handoverLines({ seed, outcome, struck, against, tookMs, words }: HandoverRun): string[] {
  const mark = against.length === 0 ? '✓' : '✗';
  const line = `${mark} seed ${seed}  ${outcome}  ${struck.join(', ')}  ${(tookMs / 1000).toFixed(1)} s`;
  if (against.length === 0) return [line];
  return [line, ...against.map((why) => `    ✗ ${why}`), `    ${words}`, `    again: ${commandOf(seed)}`];
}

/** Plays this one alone. */
export function commandOf(seed: number): string {
  return `npm run faults -- --simulated --runs 1 --seed ${seed}`;
}

/** How often what has struck, and how the migrations ended then. */
export function handoverTable(runs: readonly HandoverRun[]): string[] {
  const struck = count(runs, ({ struck }) => (struck.length === 0 ? ['nothing'] : new Set(struck)));
  const ends = count(runs, ({ outcome }) => [outcome]);
  return [...rows('struck', struck), '', ...rows('ended', ends)];
}

export function handoverSummary(runs: readonly HandoverRun[], tookMs: number): string {
  const green = runs.filter(isGreen).length;
  const several = runs.filter(({ struck }) => struck.length > 1).length;
  const longest = (Math.max(0, ...runs.map(({ tookMs }) => tookMs)) / 1000).toFixed(1);
  const took = (tookMs / 1000).toFixed(0);
  return `${green} of ${runs.length} handovers are green; several things struck in ${several}; the longest took ${longest} s; ${took} s in all`;
}

export function isGreen({ against }: HandoverRun): boolean {
  return against.length === 0;
}

interface Tally {
  runs: number;
  green: number;
}

function count(runs: readonly HandoverRun[], keysOf: (run: HandoverRun) => Iterable<string>): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const run of runs) {
    for (const key of keysOf(run)) {
      const tally = tallies.get(key) ?? { runs: 0, green: 0 };
      tallies.set(key, { runs: tally.runs + 1, green: tally.green + (isGreen(run) ? 1 : 0) });
    }
  }
  return tallies;
}

const nameWidth = 28;

function rows(title: string, tallies: Map<string, Tally>): string[] {
  const sorted = [...tallies].sort(([, a], [, b]) => b.runs - a.runs);
  const row = (name: string, runs: string, green: string) =>
    `${name.padEnd(nameWidth)} ${runs.padStart(6)} ${green.padStart(6)}`;
  return [
    row(title, 'runs', 'green'),
    ...sorted.map(([name, { runs, green }]) => row(name, String(runs), String(green))),
  ];
}
