import { RESUME_UPDATE, STATE_QUERY, type MigrationSnapshot, type ResumeAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { endless, StandInHosts } from './stand-in-hosts.ts';

test('what is left at a destination that is away is still to be cleaned: the migration says so, and ends when it is', async () => {
  let away = true;
  const hosts = await StandInHosts.start({
    transferMemory: () => Promise.reject(ApplicationFailure.nonRetryable('error-desc', 'TRANSFER_FAILED')),
    transferState: endless,
    transferStorage: endless,
    discardDestination: () => {
      if (away)
        throw ApplicationFailure.create({ type: 'HYPERVISOR_SILENT', message: 'no answer', nonRetryable: true });
      return Promise.resolve({ discarded: true, explanation: 'Destroyed.' });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const state = async () => (await migration.query<MigrationSnapshot>(STATE_QUERY)).state;
  await expect
    .poll(state, { timeout: 10_000 })
    .toMatchObject({ state: 'needs-attention', phase: 'create-destination' });

  away = false;
  const ada: Request = { actor: 'ada', reason: 'it is back' };
  await migration.executeUpdate<ResumeAnswer, [Request]>(RESUME_UPDATE, { args: [ada] });
  await expect(migration.result()).resolves.toMatchObject({ state: 'failed', owner: 'host-a' });
  expect(hosts.told).toContain('compensated');
});
