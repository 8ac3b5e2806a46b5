import { expect, test } from 'vitest';
import { DEFAULT_POLICY, policyMistakes, POLICY_RANGE } from './policy.ts';

test('the default policy is a good one', () => {
  expect(policyMistakes(DEFAULT_POLICY)).toEqual([]);
});

test.each([0, 1.5, Number.NaN, 60_001])('a value out of range names its field and the range: %s', (downtimeLimitMs) => {
  expect(policyMistakes({ downtimeLimitMs })).toEqual([
    { field: 'downtimeLimitMs', message: `must be a whole number from ${POLICY_RANGE.downtimeLimitMs.join(' to ')}` },
  ]);
});

test('what is no part of a policy is a mistake', () => {
  expect(policyMistakes({ speed: 1 } as never)).toMatchObject([{ field: 'speed' }]);
});
