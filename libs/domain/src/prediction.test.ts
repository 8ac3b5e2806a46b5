import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLICIES } from './named-policies.ts';
import { POLICY_CHOICES, POLICY_RANGE, type MigrationPolicy } from './policy.ts';
import { predictTransfer } from './prediction.ts';

const mib = 1024 ** 2;
/** 300 ms of it are 9.6 MiB. */
const policy: MigrationPolicy = { ...POLICIES.balanced, bandwidthBytesPerSecond: 32 * mib };
const predict = (dirtyMib: number, change: Partial<MigrationPolicy> = {}, workingSetMib: number | null = null) =>
  predictTransfer(
    { usedBytes: 96 * mib, dirtyBytesPerSecond: dirtyMib * mib, workingSetBytes: workingSetMib && workingSetMib * mib },
    { ...policy, ...change },
  );

describe('a transfer is predicted', () => {
  it('of a guest that stands still as long as its memory takes over the link, once', () => {
    const { totalMs, transferredBytes, converges } = predict(0);
    expect(converges).toBe(true);
    expect(totalMs).toBe(3_000);
    expect(transferredBytes).toBe(96 * mib);
  });

  it('of a guest that uses no memory yet as one that is there at once', () => {
    const load = { usedBytes: 0, dirtyBytesPerSecond: 0, workingSetBytes: null };
    expect(predictTransfer(load, policy)).toMatchObject({ converges: true, totalMs: 0, transferredBytes: 0 });
  });

  it('of a guest that changes half of what is sent about twice as long', () => {
    const { totalMs, rounds, downtimeMs, converges } = predict(16);
    expect(converges).toBe(true);
    expect(totalMs).toBeGreaterThan(4_500);
    expect(totalMs).toBeLessThan(6_500);
    expect(rounds).toBeGreaterThan(3);
    expect(downtimeMs).toBeLessThanOrEqual(300);
  });

  it('of a guest that changes the same over and over as one that takes less time for it', () => {
    expect(predict(16, {}, 24).totalMs).toBeLessThan(predict(16).totalMs);
    // Whatever the passes take, no more than that is ever left of it.
    expect(predict(40, { throttleLimitPercent: 1, downtimeLimitMs: 2_000 }, 48).converges).toBe(true);
  });

  it('of a guest that outruns it as one that does not converge, within the rounds that the policy allows', () => {
    expect(predict(40, { throttleLimitPercent: 1 })).toMatchObject({ converges: false, rounds: policy.roundLimit + 1 });
  });

  it('of a guest that outruns it as one that does not converge, also where post-copy would come then', () => {
    expect(predict(40, { throttleLimitPercent: 1, postCopy: 'last-resort' })).toMatchObject({ converges: false });
  });

  it('of a guest that is slowed down enough as one that converges', () => {
    expect(predict(40).converges).toBe(true);
  });

  it('of a guest that nothing slows down enough as one that converges by the last resort', () => {
    const lastResort = { throttleLimitPercent: 1, lastResortDowntimeMs: 5_000 };
    expect(predict(40, lastResort)).toMatchObject({ converges: true });
    expect(predict(40, lastResort).downtimeMs).toBeGreaterThan(300);
  });
});

const policies = fc.record({
  bandwidthBytesPerSecond: fc.integer({ min: mib, max: 10 * 1024 * mib }),
  ...limits('downtimeLimitMs', 'roundLimit', 'abandonAfterMs', 'throttleLimitPercent', 'lastResortDowntimeMs'),
  name: fc.constantFrom(...POLICY_CHOICES.name),
  postCopy: fc.constantFrom(...POLICY_CHOICES.postCopy),
});
function limits(...names: (keyof typeof POLICY_RANGE)[]) {
  return Object.fromEntries(
    names.map((name) => [name, fc.integer({ min: POLICY_RANGE[name][0], max: POLICY_RANGE[name][1] })]),
  );
}
const loads = fc
  .record({
    usedBytes: fc.integer({ min: mib, max: 1024 ** 4 }),
    dirtyBytesPerSecond: fc.integer({ min: 0, max: 100 * 1024 * mib }),
    more: fc.option(fc.nat(1024 ** 4)),
  })
  .map(({ more, ...load }) => ({
    ...load,
    workingSetBytes: more === null ? null : load.dirtyBytesPerSecond + more,
  }));

describe('whatever the guest and the policy are', () => {
  it('a prediction ends, keeps the downtime limit, and sends no more than the bandwidth allows', () => {
    fc.assert(
      fc.property(loads, policies, (load, change) => {
        const within = { ...policy, ...change };
        const { converges, totalMs, transferredBytes, downtimeMs } = predictTransfer(load, within);
        const { downtimeLimitMs, lastResortDowntimeMs, bandwidthBytesPerSecond } = within;
        expect(downtimeMs).toBeLessThanOrEqual(Math.max(downtimeLimitMs, lastResortDowntimeMs));
        expect(transferredBytes).toBeLessThanOrEqual(((totalMs + 1) / 1_000) * bandwidthBytesPerSecond + 1);
        if (converges) expect(transferredBytes).toBeGreaterThanOrEqual(load.usedBytes - 1);
      }),
    );
  });

  it('a guest that changes nothing converges, unless already one pass takes too long', () => {
    fc.assert(
      fc.property(loads, policies, (load, change) => {
        const within = { ...policy, ...change };
        const { converges, totalMs } = predictTransfer({ ...load, dirtyBytesPerSecond: 0 }, within);
        expect(converges || totalMs > within.abandonAfterMs).toBe(true);
      }),
    );
  });
});
