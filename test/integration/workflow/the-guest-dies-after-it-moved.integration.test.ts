import { ApplicationFailure } from '@temporalio/activity';
import { CANCEL_UPDATE, type CancelAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { endless, StandInHosts } from './stand-in-hosts.ts';

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

test('also where it was called off too late, and died before anyone heard that it had moved', async () => {
  const memory = new Milestone();
  let withdrawn = false;
  const hosts = await StandInHosts.start({
    transferMemory: () => {
      memory.reach();
      return endless();
    },
    transferState: endless,
    transferStorage: () =>
      withdrawn ? Promise.reject(ApplicationFailure.nonRetryable('killed', 'GUEST_GONE')) : endless(),
    withdraw: () => {
      withdrawn = true;
      const explanation = 'host-b has started it.';
      return Promise.resolve({ outcome: 'moved', owner: 'host-b', generation: 3, explanation });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await memory.reached;
  const ada: Request = { actor: 'ada', reason: 'wrong host' };
  const answer = migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] });
  await expect(answer).resolves.toMatchObject({ outcome: 'too-late', owner: 'host-b' });
  const failure = { code: 'GUEST_GONE', detail: 'killed' };
  await expect(migration.result()).resolves.toEqual({ state: 'failed', owner: 'host-b', failure });
  expect(hosts.told.at(-1)).toBe('failed');
});
