import { isDeepStrictEqual } from 'node:util';

/** Looks with what is expected while the fact is still awaited, and again where the fact turns out to be another. */
export async function lookAhead<Fact, Found>(
  expected: Fact,
  fact: Promise<Fact>,
  look: (fact: Fact) => Promise<Found>,
): Promise<Found> {
  const early = look(expected);
  // Where it counts, it is awaited below.
  early.catch(() => undefined);
  const known = await fact;
  return isDeepStrictEqual(known, expected) ? early : look(known);
}
