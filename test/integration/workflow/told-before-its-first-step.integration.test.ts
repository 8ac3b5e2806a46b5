import { QUEUE_ANSWER_SIGNAL, type QueueAnswer } from '@ferry/contracts';
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('the queue has answered before a migration’s first step, as when the worker is late: it is heard, and the VM moves', async () => {
  const hosts = await StandInHosts.start();
  onTestFinished(() => hosts.stop());
  await hosts.stopWorker();
  const id = randomUUID();
  const migration = await hosts.migrate({ migration: id });
  const answer: QueueAnswer = { migration: id, answer: 'admitted', admittedAt: new Date().toISOString() };
  await migration.signal(QUEUE_ANSWER_SIGNAL, answer);
  await hosts.startWorker();
  await expect(migration.result()).resolves.toMatchObject({ state: 'completed', owner: 'host-b' });
});
