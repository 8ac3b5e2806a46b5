import { expect, onTestFinished, test } from 'vitest';
import { QueueUnderTest } from './queue-under-test.ts';

test('limits that are raised let the next go at once; the change is kept with who asked and why', async () => {
  const queue = await QueueUnderTest.start();
  const { hosts } = queue;
  onTestFinished(() => hosts.stop());
  await queue.setLimits({ cluster: 1 });
  const moving = await queue.moving('moving');
  const waiting = await queue.queued('waiting');
  expect(await queue.setLimits({ cluster: 2 })).toEqual({ outgoing: 2, incoming: 2, cluster: 2 });
  await queue.completes(waiting, 'waiting');
  await queue.completes(moving, 'moving');

  await expect.poll(() => hosts.limitsChanges.length).toBe(2);
  expect(hosts.limitsChanges[1]).toMatchObject({
    ...{ actor: 'ada', reason: 'a test' },
    before: { outgoing: 2, incoming: 2, cluster: 1 },
    after: { outgoing: 2, incoming: 2, cluster: 2 },
  });
  const told = hosts.events.filter(({ vm }) => vm === 'waiting').map(({ type }) => type);
  expect(told.slice(3, 6)).toEqual(['queued', 'admitted', 'phase-started']);
});

test('limits out of their range are refused by name, and nothing changes', async () => {
  const queue = await QueueUnderTest.start();
  onTestFinished(() => queue.hosts.stop());
  await expect(queue.setLimits({ outgoing: 0 })).rejects.toMatchObject({
    cause: { type: 'VALIDATION_FAILED', message: 'outgoing: must be a whole number from 1 to 64.' },
  });
  expect((await queue.snapshot()).limits).toEqual({ outgoing: 2, incoming: 2, cluster: 5 });
});
