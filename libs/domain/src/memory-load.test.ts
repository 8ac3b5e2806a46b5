import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedAfter, workingSetOf } from './memory-load.ts';

const mib = 1024 ** 2;
const bytes = fc.integer({ min: 1, max: 1024 * 1024 * mib });

describe('what a guest changes at all', () => {
  it('is not known of one that has not changed anything twice', () => {
    expect(workingSetOf(8 * mib, { seconds: 5, bytes: 40 * mib })).toBeNull();
    expect(workingSetOf(0, { seconds: 5, bytes: 0 })).toBeNull();
  });

  it('is what it changed in a second, where that was all', () => {
    expect(workingSetOf(8 * mib, { seconds: 5, bytes: 8 * mib })).toBeCloseTo(8 * mib);
  });

  it('explains both that were seen', () => {
    fc.assert(
      fc.property(bytes, fc.double({ min: 1.01, max: 4.99, noNaN: true }), (inASecond, times) => {
        const seen = { seconds: 5, bytes: inASecond * times };
        const workingSetBytes = workingSetOf(inASecond, seen);
        const load = { usedBytes: Infinity, dirtyBytesPerSecond: inASecond, workingSetBytes };
        expect(changedAfter(load, 1_000) / inASecond).toBeCloseTo(1, 3);
        expect(changedAfter(load, 5_000) / seen.bytes).toBeCloseTo(1, 3);
      }),
    );
  });
});

it('whatever it does, a guest has changed no more than it changes at all, nor than it uses', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.nat(1_000_000), (usedBytes, perSecond, more, ms) => {
      const workingSetBytes = perSecond + more;
      const changed = changedAfter({ usedBytes, dirtyBytesPerSecond: perSecond, workingSetBytes }, ms);
      expect(changed).toBeLessThanOrEqual(Math.min(usedBytes, workingSetBytes));
    }),
  );
});
