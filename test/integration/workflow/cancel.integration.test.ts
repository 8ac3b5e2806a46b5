import { CANCEL_UPDATE, type CancelAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { endless, StandInHosts } from './stand-in-hosts.ts';

const ada: Request = { actor: 'ada', reason: 'wrong host' };

test('cancelled while memory moves, the guest stays and nothing is left; the answer says so', async () => {
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
  await expect(migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] })).resolves.toMatchObject(
    { outcome: 'kept', owner: 'host-a' },
  );
  await expect(migration.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
  expect(hosts.deeds.slice(-2)).toEqual(['withdraw', 'discardDestination']);
});

test('whoever cancels while hosts do not answer is told what is known by then, and the rest is done when they do', async () => {
  const [memory, sourceIsBack, destinationIsBack] = [new Milestone(), new Milestone(), new Milestone()];
  const hosts = await StandInHosts.start({
    transferMemory: () => {
      memory.reach();
      return endless();
    },
    transferState: endless,
    transferStorage: endless,
    withdraw: async (plan) => {
      await sourceIsBack.reached;
      return { outcome: 'kept', owner: plan.source, generation: 1, explanation: 'The guest never left' };
    },
    discardDestination: async () => {
      await destinationIsBack.reached;
      return { discarded: true, explanation: 'Destroyed.' };
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await memory.reached;
  const cancel = () => migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] });
  await expect(cancel()).resolves.toMatchObject({ outcome: 'pending', owner: null });
  sourceIsBack.reach();
  await expect(cancel()).resolves.toMatchObject({
    ...{ outcome: 'kept', owner: 'host-a' },
    explanation: expect.stringContaining('what is left elsewhere is still to be removed') as unknown,
  });
  destinationIsBack.reach();
  await expect(migration.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
});

test('cancelled when the record already names the destination, it completes and the answer is too-late', async () => {
  const memory = new Milestone();
  let withdrawn = false;
  const now = new Date().toISOString();
  const hosts = await StandInHosts.start({
    transferMemory: () => {
      memory.reach();
      return endless();
    },
    transferState: () => {
      const statistics = { downtimeMs: 30, totalMs: 300, setupMs: 1, transferredBytes: 1_000, rounds: 2 };
      const report = {
        host: 'host-a',
        attempts: 1,
        startedAt: now,
        finishedAt: now,
        result: { generation: 2, stoppedAt: now, releasedAt: now, statistics },
      };
      return withdrawn ? Promise.resolve(report) : endless();
    },
    transferStorage: () =>
      withdrawn
        ? Promise.resolve({
            host: 'host-b',
            attempts: 1,
            startedAt: now,
            finishedAt: now,
            result: { generation: 3, startedAt: now },
          })
        : endless(),
    withdraw: () => {
      withdrawn = true;
      return Promise.resolve({
        outcome: 'moved',
        owner: 'host-b',
        generation: 3,
        explanation: 'host-b has started it.',
      });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await memory.reached;
  await expect(migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] })).resolves.toMatchObject(
    { outcome: 'too-late', owner: 'host-b' },
  );
  await expect(migration.result()).resolves.toMatchObject({ state: 'completed', owner: 'host-b' });
  expect(hosts.deeds).not.toContain('discardDestination');
  expect(hosts.events).toContainEqual(
    expect.objectContaining({ type: 'decided', decision: 'moved-despite-cancel', owner: 'host-b', generation: 3 }),
  );
});
