import { randomBytes } from 'node:crypto';
import { DEFAULT_POLICY, type MigrationPlan } from '@ferry/domain';
import { describe, expect, test } from 'vitest';
import { StreamKey } from './stream-key.ts';

const cluster = randomBytes(32);
const plan: MigrationPlan = {
  ...{ migration: '0198c5d2-0000-7000-8000-000000000001', vm: 'web', source: 'host-a', destination: 'host-b' },
  ...{ policy: DEFAULT_POLICY, gate: 'open', revision: 1, epoch: 1 },
};
const [a, b] = [StreamKey.make(), StreamKey.make()];
const secret = a.secretWith(b.public, plan, cluster);

test('two hosts come to the same secret, also over an agent’s restart', () => {
  expect(b.secretWith(a.public, plan, cluster)).toBe(secret);
  expect(StreamKey.parse(a.toText()).secretWith(b.public, plan, cluster)).toBe(secret);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
});

describe('nobody else comes to it:', () => {
  test.each([
    ['another migration', { ...plan, migration: '0198c5d2-0000-7000-8000-000000000002' }, b.public, cluster],
    ['another destination', { ...plan, destination: 'host-c' }, b.public, cluster],
    ['who exchanged the keys, without the cluster’s secret', plan, b.public, randomBytes(32)],
    ['a key that was made later', plan, StreamKey.make().public, cluster],
  ] as const)('%s', (_, where, peer, known) => {
    expect(a.secretWith(peer, where, known)).not.toBe(secret);
  });
});

test.each(['', 'nonsense', 'A'.repeat(43)])('what is no key is refused: “%s”', (peer) => {
  expect(() => a.secretWith(peer, plan, cluster)).toThrow(
    expect.objectContaining({ code: 'STREAM_KEY_MISSING' }) as Error,
  );
});
