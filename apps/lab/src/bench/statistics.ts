import { SeededRandom } from '@ferry/qmp/simulator';

/** The middle value. @throws RangeError for none */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nineteen of twenty are at most this. */
export function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}

export interface Ratio {
  ratio: number;
  /** Nine of ten ratios of as many pairs of the same kind would lie between these. */
  low: number;
  high: number;
}

const resamples = 2_000;

/**
 * How the medians of two series that were measured in turns relate, and how sure that is: by the bootstrap, from pairs
 * drawn again and again out of these. The same pairs give the same answer.
 */
export function ratioOfMedians(pairs: readonly (readonly [number, number])[]): Ratio {
  const random = new SeededRandom(1);
  const ratioOf = (some: typeof pairs) => median(some.map(([a]) => a)) / median(some.map(([, b]) => b));
  const drawn = Array.from({ length: resamples }, () =>
    ratioOf(pairs.map((pair) => pairs[Math.floor(random.next() * pairs.length)] ?? pair)),
  );
  return { ratio: ratioOf(pairs), low: quantile(drawn, 0.05), high: quantile(drawn, 0.95) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) throw new RangeError('There are no values');
  return below + (above - below) * (at - Math.floor(at));
}
