import { CANCEL_UPDATE, type CancelAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { QueueUnderTest } from './queue-under-test.ts';

const READING = ['inspectSource', 'inspectDestination', 'listenForProbes', 'probe', 'transferConfiguration'];

test('cancelled in the queue, a migration leaves nothing but its history: nothing was built, and the source’s key is removed', async () => {
  const queue = await QueueUnderTest.start();
  const { hosts } = queue;
  onTestFinished(() => hosts.stop());
  await queue.setLimits({ outgoing: 1 });
  const moving = await queue.moving('moving');
  const migration = await queue.queued('web-1');
  const ada: Request = { actor: 'ada', reason: 'not today' };
  await expect(migration.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] })).resolves.toMatchObject(
    { outcome: 'kept', owner: 'host-a' },
  );
  await expect(migration.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
  await expect.poll(() => queue.line()).toEqual({ inFlight: ['moving'], waiting: [] });
  await queue.completes(moving, 'moving');

  expect(hosts.deedsFor('web-1').filter((deed) => !READING.includes(deed))).toEqual(['forgetStreamKey']);
  const told = hosts.events.filter(({ vm }) => vm === 'web-1').map(({ type }) => type);
  expect(told).toEqual(['requested', 'phase-started', 'phase-completed', 'queued', 'cancel-requested', 'cancelled']);
});
