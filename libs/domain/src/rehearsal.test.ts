import { describe, expect, it } from 'vitest';
import { forecastOf } from './rehearsal.ts';

const MIB = 1024 ** 2;

describe('what is forecast', () => {
  const measured = { copiedMs: 4_000, bytesPerSecond: 100 * MIB };

  it('takes a round more for each that is too long for the downtime', () => {
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 50 * MIB }, 300)).toEqual({
      ...{ rounds: 4, downtimeMs: 250, totalMs: 4_000 + 2_000 + 1_000 + 500 + 250 },
    });
  });

  it('is nothing where the guest dirties faster than is sent', () => {
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 100 * MIB }, 300)).toBeNull();
    expect(forecastOf({ ...measured, dirtyBytesPerSecond: 400 * MIB }, 300)).toBeNull();
  });
});
