import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { endless, StandInHosts } from './stand-in-hosts.ts';

test('the source takes its guest back before the destination is destroyed, and the migration says why it failed', async () => {
  const hosts = await StandInHosts.start({
    transferMemory: () => Promise.reject(ApplicationFailure.nonRetryable('error-desc', 'TRANSFER_FAILED')),
    transferState: endless,
    transferStorage: endless,
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await expect(migration.result()).resolves.toEqual({
    state: 'failed',
    owner: 'host-a',
    failure: { code: 'TRANSFER_FAILED', detail: 'error-desc' },
  });
  expect(hosts.deeds.slice(-2)).toEqual(['withdraw', 'discardDestination']);
  expect(hosts.told.slice(-4)).toEqual(['phase-failed transfer-memory', 'decided', 'compensated', 'failed']);
});
