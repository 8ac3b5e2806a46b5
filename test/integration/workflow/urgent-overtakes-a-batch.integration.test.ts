import { expect, onTestFinished, test } from 'vitest';
import { QueueUnderTest } from './queue-under-test.ts';

test('an urgent migration is next however many wait; those who wait know their position and why', async () => {
  const queue = await QueueUnderTest.start();
  const { hosts, transfers } = queue;
  onTestFinished(() => hosts.stop());
  await queue.setLimits({ outgoing: 1 });
  const first = await queue.moving('first');
  const batch = [await queue.queued('batch-1'), await queue.queued('batch-2')];
  const urgent = await queue.queued('urgent', { priority: 'urgent' });
  const reason = 'host-a already sends 1 of 1';
  expect(await queue.state(urgent)).toMatchObject({ state: 'queued', position: 1, reason });
  expect((await queue.snapshot()).waiting).toMatchObject([
    { vm: 'urgent', position: 1, reason, priority: 'urgent' },
    { vm: 'batch-1', position: 2, reason },
    { vm: 'batch-2', position: 3, reason },
  ]);
  await queue.completes(first, 'first');
  await queue.completes(urgent, 'urgent');
  for (const [at, migration] of batch.entries()) await queue.completes(migration, `batch-${at + 1}`);
  expect(transfers.begun).toEqual(['first', 'urgent', 'batch-1', 'batch-2']);
});
