import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideConvergence, type ConvergenceFacts } from './convergence.ts';
import { POLICIES, policyOf } from './named-policies.ts';
import { POLICY_CHOICES, type MigrationPolicy } from './policy.ts';

const limits = { abandonAfterMs: 60_000, roundLimit: 10, downtimeLimitMs: 300 };
const patient = policyOf({ ...limits, name: 'balanced' });
const forceful = policyOf({ ...limits, name: 'must-complete', lastResortDowntimeMs: 1_000 });

function decide(policy: MigrationPolicy, given: Partial<ConvergenceFacts>) {
  return decideConvergence({ policy, so: { ms: 60_000, rounds: 10 }, sinceWidened: null, ...given });
}

test('within its limits a transfer goes on', () => {
  expect(decide(patient, {})).toEqual({ decision: 'go-on' });
});

test.each([
  [60_001, 1, 'within 60000 ms'],
  [1, 11, 'in 10 passes over its memory'],
])('after %i ms and %i rounds it is abandoned, and the reason names the limit', (ms, rounds, reason) => {
  expect(decide(patient, { so: { ms, rounds } })).toEqual({ decision: 'abandon', reason });
});

test('where a last resort is allowed the downtime limit is doubled up to it, a pass at a time, before it is abandoned', () => {
  const so = { ms: 1, rounds: 11 };
  expect(decide(forceful, { so })).toMatchObject({ decision: 'widen', downtimeLimitMs: 600 });
  const widened = { ...forceful, downtimeLimitMs: 600 };
  expect(decide(widened, { so, sinceWidened: { ms: 9_000, rounds: 0 } })).toEqual({ decision: 'go-on' });
  const passed = { so, sinceWidened: { ms: 9_000, rounds: 1 } };
  expect(decide(widened, passed)).toMatchObject({ decision: 'widen', downtimeLimitMs: 1_000 });
  expect(decide({ ...forceful, downtimeLimitMs: 1_000 }, passed)).toMatchObject({ decision: 'abandon' });
});

test('where post-copy is allowed it comes after all else, instead of the end', () => {
  const so = { ms: 1, rounds: 11 };
  expect(decide({ ...patient, postCopy: 'last-resort' }, { so })).toMatchObject({ decision: 'post-copy' });
  expect(decide({ ...forceful, postCopy: 'last-resort' }, { so })).toMatchObject({ decision: 'widen' });
});

test('a pass that does not end gives a step no more time than the whole copying had', () => {
  const sinceWidened = { ms: 60_001, rounds: 0 };
  expect(decide(forceful, { so: { ms: 120_002, rounds: 1 }, sinceWidened })).toMatchObject({ decision: 'widen' });
});

test('whatever the policy, a guest that always outruns the transfer comes to an end', () => {
  const names = fc.constantFrom(...POLICY_CHOICES.name);
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 60_000 }), fc.boolean(), (name, downtimeLimitMs, passes) => {
      let policy = { ...POLICIES[name], downtimeLimitMs };
      let sinceWidened = null as ConvergenceFacts['sinceWidened'];
      for (let steps = 0; steps < 20; steps += 1) {
        const ruling = decide(policy, { so: { ms: policy.abandonAfterMs + 1, rounds: 1 }, sinceWidened });
        if (ruling.decision === 'abandon' || ruling.decision === 'post-copy') return;
        if (ruling.decision === 'go-on') throw new Error('it goes on and on');
        policy = { ...policy, downtimeLimitMs: ruling.downtimeLimitMs };
        sinceWidened = passes ? { ms: 1, rounds: 1 } : { ms: policy.abandonAfterMs + 1, rounds: 0 };
      }
      throw new Error('it is widened for ever');
    }),
  );
});
