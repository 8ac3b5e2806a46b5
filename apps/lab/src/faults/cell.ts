import type { Target, WayOf } from './target.ts';
import type { Moment } from './moment.ts';

/** One square of the matrix: what is struck, when, and how. */
export type Cell = { [T in Target]: { readonly target: T; readonly moment: Moment; readonly way: WayOf<T> } }[Target];

/** As a person types it: `worker · memory · killed`. */
export function cellName({ target, moment, way }: Cell): string {
  return `${target} · ${moment} · ${way}`;
}

/**
 * Whether the guest's only copy is struck dead: then it is gone, as it would be without Ferry. The source's copy is the
 * only one until the destination has the whole state; the destination's is from the record `started` on.
 */
export function guestDies({ target, moment, way }: Cell): boolean {
  if (way !== 'killed for good') return false;
  const complete = moment === 'released' || moment === 'started';
  return target === 'source QEMU' ? !complete : moment === 'started';
}
