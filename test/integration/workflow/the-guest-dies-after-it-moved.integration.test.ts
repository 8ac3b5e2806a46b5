import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('a guest that dies with its new owner is an ordinary host failure: the source’s old copy is never revived', async () => {
  const hosts = await StandInHosts.start({
    bringOnline: () => Promise.reject(ApplicationFailure.nonRetryable('killed', 'GUEST_GONE')),
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const failure = { code: 'GUEST_GONE', detail: 'killed' };
  await expect(migration.result()).resolves.toEqual({ state: 'failed', owner: 'host-b', failure });
  expect(hosts.deeds).not.toContain('withdraw');
  expect(hosts.deeds).not.toContain('discardDestination');
  expect(hosts.told.at(-1)).toBe('failed');
});
