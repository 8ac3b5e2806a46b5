import { MIGRATION_QUEUE_ID } from '@ferry/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { endless, StandInHosts } from './stand-in-hosts.ts';

test('a migration that is cancelled by Temporal’s own button is called off as by ours, and its history is whole', async () => {
  const memory = new Milestone();
  const hosts = await StandInHosts.start({
    transferMemory: () => {
      memory.reach();
      return endless();
    },
    transferState: endless,
    transferStorage: endless,
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await memory.reached;
  await migration.cancel();
  await expect(migration.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
  expect(hosts.deeds.slice(-2)).toEqual(['withdraw', 'discardDestination']);
  expect(hosts.events).toContainEqual(expect.objectContaining({ type: 'cancel-requested', actor: 'temporal' }));
  expect(hosts.told.at(-1)).toBe('cancelled');
});

test('a queue that is cancelled in Temporal goes on: else nobody would be admitted any more', async () => {
  const hosts = await StandInHosts.start();
  onTestFinished(() => hosts.stop());
  await hosts.client.workflow.getHandle(MIGRATION_QUEUE_ID).cancel();
  const migration = await hosts.migrate();
  await expect(migration.result()).resolves.toMatchObject({ state: 'completed' });
});

test('cancelled while the destination is being built, nothing is armed for it any more', async () => {
  const building = new Milestone();
  const cancelled = new Milestone();
  const now = new Date().toISOString();
  const hosts = await StandInHosts.start({
    createDestination: async () => {
      building.reach();
      await cancelled.reached;
      const result = { uri: 'tcp:127.0.0.1:1', streamKey: 'b' };
      return { host: 'host-b', attempts: 1, startedAt: now, finishedAt: now, result };
    },
    discardDestination: async () => {
      cancelled.reach();
      return Promise.resolve({ discarded: true, explanation: 'Destroyed.' });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await building.reached;
  await migration.cancel();
  await expect(migration.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
  expect(hosts.deeds).not.toContain('transferState');
});
