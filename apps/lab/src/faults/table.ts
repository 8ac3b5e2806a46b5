import { cellName } from './cell.ts';
import { INVARIANTS, type Invariant } from './invariant.ts';
import { isGreen, type Played } from './play-matrix.ts';

const invariants = Object.keys(INVARIANTS) as Invariant[];
const nameWidth = 48;
const outcomeWidth = 34;

/** The head of the table. */
export function tableHead(): string {
  return `${'target · moment · way'.padEnd(nameWidth)} ${'outcome'.padEnd(outcomeWidth)} ${'after'.padStart(7)}  ${invariants.join('  ')}`;
}

/** One line a cell, and below it what speaks against it. */
export function tableLines({ cell, result }: Played): string[] {
  const name = cellName(cell).padEnd(nameWidth);
  if ('broken' in result) return [`${name} ✗ could not be played: ${result.broken}`];
  const { state, failure, verbs, restedAfterMs, verdicts } = result;
  const outcome = [state, failure, ...verbs].filter((each) => each !== null).join(', ');
  const marks = invariants.map((each) => (verdicts[each].length === 0 ? '✓' : '✗').padEnd(each.length));
  const against = invariants.flatMap((each) => verdicts[each].map((why) => `    ✗ ${each}: ${why}`));
  const seconds = `${(restedAfterMs / 1000).toFixed(1)} s`;
  return [`${name} ${outcome.padEnd(outcomeWidth)} ${seconds.padStart(7)}  ${marks.join('  ')}`.trimEnd(), ...against];
}

export function summary(played: readonly Played[], tookMs: number): string {
  const green = played.filter(isGreen).length;
  const rested = played.flatMap(({ result }) => ('broken' in result ? [] : [result.restedAfterMs]));
  const longest = (Math.max(0, ...rested) / 1000).toFixed(1);
  return `${green} of ${played.length} cells are green; from the end of a fault at most ${longest} s; ${(tookMs / 1000).toFixed(0)} s in all`;
}
