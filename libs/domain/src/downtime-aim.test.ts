import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downtimeAimMs, downtimeWithin, type Pass } from './downtime-aim.ts';
import { POLICIES, policyOf } from './named-policies.ts';
import { POLICY_RANGE } from './policy.ts';

const policy = policyOf({ downtimeLimitMs: 1_280, roundLimit: 100, abandonAfterMs: 600_000 });
const [aim, limit] = [20, 1_280];
const pass = (leftMs: number | null, so: Partial<Pass> = {}): Pass => ({ ms: 1_000, rounds: 2, leftMs, ...so });
const within = (now: Pass, before: Pass | null = null) => downtimeWithin(policy, now, before);

test('a transfer aims at a small part of the limit, and never at nothing, which would forbid its switchover', () => {
  expect(downtimeAimMs(limit)).toBe(aim);
  expect(downtimeAimMs(POLICY_RANGE.downtimeLimitMs[0])).toBe(1);
});

test('as long as a pass leaves at most half of what is too much, there is another one', () => {
  expect(within(pass(170), pass(320))).toBe(aim);
  expect(within(pass(95), pass(170))).toBe(aim);
});

test('one that leaves more has all of the limit, once that suffices', () => {
  expect(within(pass(171), pass(320))).toBe(limit);
  expect(within(pass(1_300), pass(1_320))).toBe(aim);
  expect(within(pass(315), pass(400))).toBe(limit);
});

test('nothing is given up before there is something to compare with', () => {
  expect(within(pass(300))).toBe(aim);
  expect(within(pass(null), pass(300))).toBe(aim);
  expect(within(pass(300), pass(null))).toBe(aim);
});

test('who has used up half of what the policy gives has all of the limit, so that none ends for its patience', () => {
  expect(within(pass(null, { rounds: 49 }))).toBe(aim);
  expect(within(pass(null, { rounds: 50 }))).toBe(limit);
  expect(within(pass(null, { ms: 299_999 }))).toBe(aim);
  expect(within(pass(null, { ms: 300_000 }))).toBe(limit);
  expect(downtimeWithin({ ...policy, roundLimit: 2 }, pass(null, { rounds: 1 }), null)).toBe(limit);
});

test('whatever passes leave, a guest that fits into the limit waits for no more than twice as long', () => {
  const shares = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      shares,
      (most, share, of) => {
        const given = { ...POLICIES.balanced, downtimeLimitMs: most, abandonAfterMs: POLICY_RANGE.abandonAfterMs[1] };
        let [waitedMs, before, now] = [0, null as Pass | null, pass(most * share)];
        for (const left of of) {
          const allowed = downtimeWithin(given, now, before);
          if (allowed === most || Number(now.leftMs) <= allowed) break;
          // It fits no more, since it has grown busier: that is no waiting.
          if (Number(now.leftMs) > most) break;
          const sentMs = Number(now.leftMs) - allowed;
          [waitedMs, before, now] = [waitedMs + sentMs, now, pass(allowed + sentMs * left, { rounds: now.rounds + 1 })];
        }
        expect(waitedMs).toBeLessThanOrEqual(2 * most);
      },
    ),
  );
});
