import { expect, test } from 'vitest';
import { DEFAULT_POLICY, policyChangeMistakes, policyMistakes, POLICY_RANGE } from './policy.ts';

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

test('a word that a choice does not have names those that it has', () => {
  expect(policyMistakes({ stream: 'loud' as never })).toEqual([
    { field: 'stream', message: 'must be “encrypted” or “plain-text”' },
  ]);
});

test('what both ends were set up by can not be changed on the way', () => {
  expect(policyChangeMistakes({ stream: 'plain-text' })).toMatchObject([{ field: 'stream' }]);
  expect(policyChangeMistakes({ downtimeLimitMs: 900 })).toEqual([]);
});
