import { CANCEL_UPDATE, RESUME_UPDATE, STATE_QUERY, type CancelAnswer, type MigrationSnapshot } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { endless, StandInHosts } from './stand-in-hosts.ts';

test('a migration that has ended, and waits only for its history to be written, is neither cancelled nor resumed any more', async () => {
  let away = true;
  const hosts = await StandInHosts.start({
    recordEvents: () => (away ? Promise.reject(new Error('connection refused')) : Promise.resolve()),
    transferMemory: () => Promise.reject(ApplicationFailure.nonRetryable('error-desc', 'TRANSFER_FAILED')),
    transferState: endless,
    transferStorage: endless,
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const state = async () => (await migration.query<MigrationSnapshot>(STATE_QUERY)).state.state;
  await expect.poll(state, { timeout: 10_000 }).toBe('failed');

  const ada: Request = { actor: 'ada', reason: 'too late' };
  for (const verb of [CANCEL_UPDATE, RESUME_UPDATE]) {
    const answer = migration.executeUpdate<CancelAnswer, [Request]>(verb, { args: [ada] });
    await expect(answer).rejects.toMatchObject({ cause: { type: 'MIGRATION_ENDED' } });
  }
  away = false;
  await expect(migration.result()).resolves.toMatchObject({ state: 'failed', owner: 'host-a' });
  expect(hosts.told.at(-1)).toBe('failed');
});

test('a guest that died with its new owner: what else was armed for it neither waits for a person nor is told', async () => {
  let away = true;
  const hosts = await StandInHosts.start({
    recordEvents: () => (away ? Promise.reject(new Error('connection refused')) : Promise.resolve()),
    bringOnline: () => Promise.reject(ApplicationFailure.nonRetryable('killed', 'GUEST_GONE')),
    retireSource: () => Promise.reject(ApplicationFailure.nonRetryable('no answer', 'HYPERVISOR_SILENT')),
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const snapshot = async () => (await migration.query<MigrationSnapshot>(STATE_QUERY)).state.state;
  await expect.poll(snapshot, { timeout: 10_000 }).toBe('failed');
  away = false;
  await migration.result();
  expect(hosts.told.at(-1)).toBe('failed');
});
