import { describe, expect, it } from 'vitest';
import { POLICIES } from './named-policies.ts';
import { forecastOf } from './rehearsal.ts';

const MIB = 1024 ** 2;

describe('what is forecast', () => {
  const measured = { copiedMs: 4_000, bytesPerSecond: 100 * MIB };

  it('takes a round more for each that is too long for the downtime', () => {
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 60 * MIB }, POLICIES.balanced)).toEqual({
      ...{ rounds: 6, downtimeMs: 187, totalMs: 4_000 + 2_400 + 1_440 + 864 + 519 + 311 + 187 },
    });
  });

  it('takes more than it must where each leaves less than half of the one before', () => {
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 20 * MIB }, POLICIES.balanced)).toEqual({
      ...{ rounds: 4, downtimeMs: 7, totalMs: 4_000 + 800 + 160 + 32 + 7 },
    });
  });

  it('is nothing where the guest dirties faster than is sent', () => {
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 100 * MIB }, POLICIES.balanced)).toBeNull();
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 400 * MIB }, POLICIES.balanced)).toBeNull();
  });
});
