import type { Times } from './bare-migration.ts';
import { median, p95, ratioOfMedians, type Ratio } from './statistics.ts';

/** Times of one migration, of either kind, in ms. */
export interface MoveTimes extends Times {
  /**
   * Request sent until the source was retired, less QEMU's total; of the script, whose only request is the start of the
   * destination's QEMU: how fast the machine is today.
   */
  controlPlaneMs: number;
  /** Request sent until the guest's CPUs ran at the destination. */
  toRunningMs: number;
}

/** Ferry beside the script. */
export interface Comparison {
  pairs: number;
  downtimeRatio: number;
  blackoutRatio: number;
  /** Between which two values nine of ten such ratios would lie: what the numbers of pairs are worth. */
  within: Record<'downtimeRatio' | 'blackoutRatio', [number, number]>;
  controlPlaneMs: number;
  toRunningMs: number;
  /** What the ratios and medians are made of. */
  measured: Record<'bare' | 'ferry', Record<keyof MoveTimes, { median: number; p95: number }>>;
}

/** @param bare as many as of Ferry: the n-th of both met the same machine */
export function compare(bare: readonly MoveTimes[], ferry: readonly MoveTimes[]): Comparison {
  const ratio = (key: 'downtimeMs' | 'blackoutMs') =>
    ratioOfMedians(ferry.map((times, index) => [times[key], bare[index]?.[key] ?? Number.NaN]));
  const [downtime, blackout] = [ratio('downtimeMs'), ratio('blackoutMs')];
  const measured = { bare: spread(bare), ferry: spread(ferry) };
  return {
    pairs: ferry.length,
    downtimeRatio: round(downtime.ratio),
    blackoutRatio: round(blackout.ratio),
    within: { downtimeRatio: bounds(downtime), blackoutRatio: bounds(blackout) },
    controlPlaneMs: measured.ferry.controlPlaneMs.median,
    toRunningMs: measured.ferry.toRunningMs.median,
    measured,
  };
}

function spread(times: readonly MoveTimes[]): Comparison['measured']['ferry'] {
  const of = (key: keyof MoveTimes) => {
    const values = times.map((each) => each[key]);
    return { median: round(median(values)), p95: round(p95(values)) };
  };
  return {
    ...{ downtimeMs: of('downtimeMs'), blackoutMs: of('blackoutMs'), totalMs: of('totalMs') },
    ...{ controlPlaneMs: of('controlPlaneMs'), toRunningMs: of('toRunningMs') },
  };
}

function bounds({ low, high }: Ratio): [number, number] {
  return [round(low), round(high)];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
