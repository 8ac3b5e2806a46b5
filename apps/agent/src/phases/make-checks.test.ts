import { finding } from '@ferry/domain';
import { expect, test } from 'vitest';
import { makeChecks } from './make-checks.ts';

test('all checks are made, and one that can’t be made is a finding', async () => {
  const findings = await makeChecks('host-a', {
    one: () => Promise.resolve(finding('MEMORY_SHORT', 'host-a', 'x')),
    'the moon': () => Promise.reject(new Error('out of reach')),
    three: () => Promise.resolve(null),
    four: () => Promise.resolve([finding('NETWORK_MISSING', 'host-a', 'y')]),
  });
  expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
    ['MEMORY_SHORT', 'error'],
    ['CHECK_FAILED', 'error'],
    ['NETWORK_MISSING', 'error'],
  ]);
  expect(findings[1]?.facts).toContain('the moon could not be made: out of reach');
});
