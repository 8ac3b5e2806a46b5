import { POLICIES } from '@ferry/domain';
import { describe, expect, it } from 'vitest';
import { Rehearsing } from './rehearsing.ts';

const MIB = 1024 ** 2;
const progress = {
  status: 'active',
  transferredBytes: 0,
  remainingBytes: 100 * MIB,
  totalBytes: 128 * MIB,
  rounds: 1,
  bytesPerSecond: 0,
  dirtyBytesPerSecond: 0,
  expectedDowntimeMs: null,
  throttlePercent: 0,
};

describe('a rehearsal', () => {
  it('tells the most that the stream has reached in the first pass, and nothing before what was dirtied is known', () => {
    const rehearsal = new Rehearsing(POLICIES.balanced);
    expect(rehearsal.see({ ...progress, transferredBytes: MIB, bytesPerSecond: 90 * MIB }, 50)).toBe(false);
    expect(rehearsal.see({ ...progress, transferredBytes: 60 * MIB, bytesPerSecond: 110 * MIB }, 600)).toBe(false);
    const copied = { ...progress, transferredBytes: 100 * MIB, remainingBytes: 0, bytesPerSecond: 1 };
    expect(rehearsal.see(copied, 1_000)).toBe(false);
    const looked = { ...copied, rounds: 2, remainingBytes: MIB, dirtyBytesPerSecond: 11 * MIB, bytesPerSecond: 500 };
    expect(rehearsal.figures).toBeNull();
    expect(rehearsal.see(looked, 3_000)).toBe(true);
    expect(rehearsal.figures).toEqual({
      ...{ copiedMs: 1_000, transferredBytes: 100 * MIB, rounds: 2 },
      ...{ bytesPerSecond: 110 * MIB, dirtyBytesPerSecond: 11 * MIB },
      forecast: { totalMs: 1_009, rounds: 5, downtimeMs: 3 },
    });
  });

  it('that was only seen at its end goes by the average', () => {
    const late = { ...progress, transferredBytes: 100 * MIB, rounds: 2, remainingBytes: 0 };
    const rehearsal = new Rehearsing(POLICIES.balanced);
    expect(rehearsal.see({ ...late, dirtyBytesPerSecond: 1 }, 2_000)).toBe(true);
    expect(rehearsal.figures).toMatchObject({ copiedMs: 2_000, bytesPerSecond: 50 * MIB });
  });

  it('waits for what was dirtied to be counted, but of a guest that rests not for ever', () => {
    const rehearsal = new Rehearsing(POLICIES.balanced);
    const begun = { ...progress, transferredBytes: 100 * MIB, rounds: 2 };
    expect(rehearsal.see(begun, 2_000)).toBe(false);
    expect(rehearsal.see({ ...begun, dirtyBytesPerSecond: MIB }, 2_050)).toBe(true);
    const resting = new Rehearsing(POLICIES.balanced);
    const looks = Array.from({ length: 10 }, (_, look) => resting.see(begun, 2_000 + 50 * look));
    expect(looks.indexOf(true)).toBe(9);
  });
});
