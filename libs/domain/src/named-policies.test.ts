import { expect, test } from 'vitest';
import { POLICIES, policyOf } from './named-policies.ts';
import { DEFAULT_POLICY, POLICY_CHOICES, policyMistakes } from './policy.ts';

test.each(POLICY_CHOICES.name)('the policy %s is a good one, and says its name', (name) => {
  expect(policyMistakes(POLICIES[name])).toEqual([]);
  expect(POLICIES[name]).toMatchObject({ name });
});

test('unless another is named, the default policy is meant; single values stand over a named one', () => {
  expect(policyOf({})).toEqual(DEFAULT_POLICY);
  const given = { name: 'must-complete', roundLimit: 7 } as const;
  expect(policyOf(given)).toEqual({ ...POLICIES['must-complete'], roundLimit: 7 });
});

test('what is the VM’s own stands where nothing was given, and is left aside where a policy is named', () => {
  const own = { name: 'minimal-downtime', channels: 2, roundLimit: 9 } as const;
  expect(policyOf({}, own)).toEqual({ ...POLICIES['minimal-downtime'], channels: 2, roundLimit: 9 });
  expect(policyOf({ roundLimit: 7 }, own)).toEqual({ ...POLICIES['minimal-downtime'], channels: 2, roundLimit: 7 });
  expect(policyOf({ name: 'balanced' }, own)).toEqual(DEFAULT_POLICY);
});
