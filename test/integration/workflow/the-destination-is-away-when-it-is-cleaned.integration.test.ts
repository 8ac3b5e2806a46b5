import {
  CANCEL_UPDATE,
  RESUME_UPDATE,
  STATE_QUERY,
  type CancelAnswer,
  type MigrationSnapshot,
  type ResumeAnswer,
} from '@ferry/contracts';
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

test('who will not wait for a destination that stays away ends the migration, and the VM is free to move again', async () => {
  const hosts = await StandInHosts.start({
    transferMemory: () => Promise.reject(ApplicationFailure.nonRetryable('error-desc', 'TRANSFER_FAILED')),
    transferState: endless,
    transferStorage: endless,
    discardDestination: () => Promise.reject(ApplicationFailure.nonRetryable('no answer', 'HYPERVISOR_SILENT')),
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const snapshot = () => migration.query<MigrationSnapshot>(STATE_QUERY);
  await expect.poll(async () => (await snapshot()).state.state, { timeout: 10_000 }).toBe('needs-attention');
  expect((await snapshot()).outlook.cancel.effect).toContain('Ends it now');

  const ada: Request = { actor: 'ada', reason: 'host-b has burnt' };
  const cancelled = migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] });
  await expect(cancelled).resolves.toMatchObject({
    ...{ outcome: 'kept', owner: 'host-a' },
    explanation: expect.stringContaining('What is left of it on host-b is removed when') as string,
  });
  await expect(migration.result()).resolves.toMatchObject({
    ...{ state: 'failed', owner: 'host-a' },
    failure: { code: 'TRANSFER_FAILED' },
  });
  expect(hosts.told.slice(-3)).toEqual(['cancel-requested', 'left-behind', 'failed']);
  expect(hosts.told.filter((each) => each.startsWith('needs-attention'))).toHaveLength(1);
});
