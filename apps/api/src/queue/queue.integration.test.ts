import { CONTROL_PLANE_QUEUE, MIGRATION_QUEUE_ID, WORKFLOWS } from '@ferry/contracts';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { TemporalEngine } from '../engine/temporal-engine.ts';
import { startFakeWorker } from '../testing/fake-worker.ts';
import { createTemporaryNamespace } from '../testing/temporary-namespace.ts';

test('the queue is shown and its limits are set while it runs; one that ended is not taken for it', async () => {
  const address = inject('temporalAddress');
  const namespace = await createTemporaryNamespace(address);
  const [endWorker, connection] = [await startFakeWorker(address, namespace), await Connection.connect({ address })];
  const engine = new TemporalEngine({ address, namespace });
  onTestFinished(async () => {
    await Promise.all([engine.close(), connection.close(), endWorker()]);
  });
  await expect(engine.queue()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });

  const queue = await new Client({ connection, namespace }).workflow.start(WORKFLOWS.migrationQueue, {
    workflowId: MIGRATION_QUEUE_ID,
    taskQueue: CONTROL_PLANE_QUEUE,
  });
  const limits = { outgoing: 3, incoming: 2, cluster: 5 };
  await expect(engine.setLimits({ limits: { outgoing: 3 }, actor: 'ann', reason: null })).resolves.toEqual(limits);
  await expect(engine.queue()).resolves.toEqual({ limits, inFlight: [], waiting: [] });

  await queue.terminate('by hand');
  const change = engine.setLimits({ limits: { outgoing: 4 }, actor: 'ann', reason: null });
  await expect(change).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  await expect(engine.queue()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});
