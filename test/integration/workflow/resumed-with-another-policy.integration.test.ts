import {
  RESUME_UPDATE,
  STATE_QUERY,
  type MigrationSnapshot,
  type ResumeAnswer,
  type ResumeRequest,
} from '@ferry/contracts';
import { DEFAULT_POLICY, type MigrationPlan } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('a parked migration is resumed with another policy, which its phases have from there on; an absurd one is refused', async () => {
  const plans: MigrationPlan[] = [];
  const now = new Date().toISOString();
  const times = { host: 'host-a', attempts: 1, startedAt: now, finishedAt: now };
  const hosts = await StandInHosts.start({
    createDestination: (plan) => {
      plans.push(plan);
      if (plans.length === 1)
        throw ApplicationFailure.create({ type: 'HYPERVISOR_SILENT', message: 'no answer', nonRetryable: true });
      return Promise.resolve({ ...times, result: { uri: 'tcp:127.0.0.1:1', streamKey: 'b' } });
    },
    transferMemory: (plan) => {
      plans.push(plan);
      return Promise.resolve({ ...times, result: { rounds: 2, transferredBytes: 1_000 } });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const state = async () => (await migration.query<MigrationSnapshot>(STATE_QUERY)).state.state;
  await expect.poll(state, { timeout: 10_000 }).toBe('needs-attention');

  const resume = (policy: ResumeRequest['policy'] & object) =>
    migration.executeUpdate<ResumeAnswer, [ResumeRequest]>(RESUME_UPDATE, {
      args: [{ actor: 'bob', reason: 'a narrow link', policy }],
    });
  await expect(resume({ bandwidthBytesPerSecond: -1 })).rejects.toMatchObject({
    cause: { type: 'VALIDATION_FAILED', message: expect.stringContaining('bandwidthBytesPerSecond') as unknown },
  });
  await resume({ bandwidthBytesPerSecond: 5_000_000 });

  await expect(migration.result()).resolves.toMatchObject({ state: 'completed' });
  const policy = { ...DEFAULT_POLICY, bandwidthBytesPerSecond: 5_000_000 };
  expect(plans.slice(1)).toMatchObject([{ policy }, { policy }]);
  expect(hosts.events.find(({ type }) => type === 'resumed')).toMatchObject({ actor: 'bob', policy });
});
