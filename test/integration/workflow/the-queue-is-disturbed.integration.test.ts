import { expect, onTestFinished, test } from 'vitest';
import { QueueUnderTest } from './queue-under-test.ts';

test('the queue is as it was after the worker’s restart', async () => {
  const queue = await QueueUnderTest.start();
  const { hosts } = queue;
  onTestFinished(() => hosts.stop());
  await queue.setLimits({ outgoing: 1 });
  const moving = await queue.moving('moving');
  const [second, third] = [await queue.queued('second'), await queue.queued('third')];
  const before = await queue.snapshot();
  await hosts.stopWorker();
  await hosts.startWorker();
  expect(await queue.snapshot()).toEqual(before);
  await queue.completes(moving, 'moving');
  await queue.completes(second, 'second');
  await queue.completes(third, 'third');
});

test('migrations that are terminated in Temporal free their places, though they never say that they leave, and are shown as ended', async () => {
  const queue = await QueueUnderTest.start();
  onTestFinished(() => queue.hosts.stop());
  await queue.setLimits({ outgoing: 1 });
  const moving = await queue.moving('moving');
  const waiting = await queue.queued('waiting');
  const last = await queue.queued('last');
  const shown = async () => (await queue.hosts.records.list({ limit: 10 })).items;
  await expect.poll(shown, { timeout: 10_000 }).toHaveLength(3);
  await moving.terminate('by hand');
  await waiting.terminate('by hand');
  await queue.completes(last, 'last');
  expect((await shown()).map(({ vm, state, failure }) => [vm, state, failure?.code])).toEqual([
    ['last', 'completed', undefined],
    ['waiting', 'failed', 'ENDED_IN_TEMPORAL'],
    ['moving', 'failed', 'ENDED_IN_TEMPORAL'],
  ]);
});

test('a queue that was terminated is made anew with its limits and with everyone’s place in it', async () => {
  const queue = await QueueUnderTest.start();
  onTestFinished(() => queue.hosts.stop());
  await queue.setLimits({ outgoing: 1 });
  const moving = await queue.moving('moving');
  const second = await queue.queued('second');
  await queue.handle.terminate('by hand');
  const third = await queue.queued('third');
  expect((await queue.snapshot()).limits).toEqual({ outgoing: 1, incoming: 2, cluster: 5 });
  expect(await queue.line()).toEqual({ inFlight: ['moving'], waiting: ['second', 'third'] });
  await queue.completes(moving, 'moving');
  await queue.completes(second, 'second');
  await queue.completes(third, 'third');
});
