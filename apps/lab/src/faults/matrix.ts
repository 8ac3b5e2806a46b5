import { cellName, type Cell } from './cell.ts';
import { MOMENTS, type Moment } from './moment.ts';
import type { SeededRandom } from '@ferry/qmp/simulator';
import { WAYS, type Target } from './target.ts';

/** Where striking a target would strike nothing: it is not there yet, or not needed any more. */
const FIRST_MOMENT: Partial<Record<Target, Moment>> = { 'destination QEMU': 'memory', 'migration link': 'created' };
const LAST_MOMENT: Partial<Record<Target, Moment>> = { 'migration link': 'switchover' };

export interface Choice {
  /** Only cells whose name has this in it, or one of these, separated by commas. */
  readonly only?: string | undefined;
  /** A simulated lab has no network that could be cut, and needs no root, without which nothing can be mounted. */
  readonly simulated: boolean;
}

/** Every cell that makes sense, in the order of targets and moments. */
export function matrix({ only = '', simulated }: Choice): Cell[] {
  return (Object.keys(WAYS) as Target[])
    .flatMap((target) =>
      momentsOf(target).flatMap((moment) => WAYS[target].map((way) => ({ target, moment, way }) as Cell)),
    )
    .filter((cell) => !(simulated && needsRoot(cell)))
    .filter((cell) => only.split(',').some((part) => cellName(cell).includes(part.trim())));
}

function needsRoot({ target, way }: Cell): boolean {
  return target === 'migration link' || way === 'read-only' || way === 'empty' || way === 'hanging';
}

/** The same cells in an order of the seed's. */
export function shuffled(cells: readonly Cell[], random: SeededRandom): Cell[] {
  return cells
    .map((cell) => ({ cell, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ cell }) => cell);
}

function momentsOf(target: Target): readonly Moment[] {
  const first = MOMENTS.indexOf(FIRST_MOMENT[target] ?? 'accepted');
  const last = MOMENTS.indexOf(LAST_MOMENT[target] ?? 'started');
  return MOMENTS.slice(first, last + 1);
}
