import { describe, expect, it } from 'vitest';
import { POLICIES } from './named-policies.ts';
import { forecastOf } from './rehearsal.ts';

const MIB = 1024 ** 2;

describe('what is forecast', () => {
  const measured = { transferredBytes: 400 * MIB, bytesPerSecond: 100 * MIB };

  it('is what the measured rates lead to, within the limits of the policy', () => {
    const forecast = forecastOf({ ...measured, dirtyBytesPerSecond: 50 * MIB }, POLICIES.balanced);
    expect(forecast?.totalMs).toBeGreaterThan(4_000 + 2_000 + 1_000);
    expect(forecast?.totalMs).toBeLessThan(4_000 + 4_000);
    expect(forecast?.downtimeMs).toBeLessThanOrEqual(POLICIES.balanced.downtimeLimitMs);
  });

  it('does not depend on how long the policy would wait for it', () => {
    const hurried = { ...POLICIES.balanced, abandonAfterMs: 1_000, roundLimit: 2 };
    const resting = { ...measured, dirtyBytesPerSecond: 0 };
    expect(forecastOf(resting, hurried)).toEqual(forecastOf(resting, POLICIES.balanced));
  });

  it('is nothing where the guest dirties faster than is sent, whatever the policy would do to it', () => {
    for (const policy of Object.values(POLICIES)) {
      expect(forecastOf({ ...measured, dirtyBytesPerSecond: 120 * MIB }, policy)).toBeNull();
      expect(forecastOf({ ...measured, dirtyBytesPerSecond: 400 * MIB }, policy)).toBeNull();
    }
  });
});
