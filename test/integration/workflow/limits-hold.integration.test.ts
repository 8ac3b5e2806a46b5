import { MIGRATION_QUEUE_ID } from '@ferry/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { QueueUnderTest } from './queue-under-test.ts';

test('of twelve migrations that are asked for at once no more are under way than the limits allow, and all arrive', async () => {
  const queue = await QueueUnderTest.start();
  const { hosts, transfers } = queue;
  onTestFinished(() => hosts.stop());
  await queue.setLimits({ outgoing: 3, incoming: 2, cluster: 3 });
  const vms = Array.from({ length: 12 }, (_, at) => `vm-${at + 1}`);
  const migrations = await Promise.all(
    vms.map((vm, at) => {
      const [source, destination] = at % 2 === 0 ? ['host-a', 'host-b'] : ['host-b', 'host-a'];
      return hosts.migrate({ vm, source, destination });
    }),
  );
  await expect.poll(() => transfers.underWay.length, { timeout: 30_000 }).toBe(3);
  // One after the other ends; whoever may go then goes.
  const ending = setInterval(() => transfers.release(transfers.underWay[0] ?? ''), 200);
  onTestFinished(() => clearInterval(ending));
  const ends = await Promise.all(migrations.map((migration) => migration.result()));
  expect(ends.map(({ state }) => state)).toEqual(vms.map(() => 'completed'));
  expect(transfers.most.get('in all')).toBe(3);
  for (const way of ['from host-a', 'to host-b', 'from host-b', 'to host-a'])
    expect(transfers.most.get(way)).toBeLessThanOrEqual(2);
  await expect.poll(() => queue.line()).toEqual({ inFlight: [], waiting: [] });
  // Meanwhile its history became so long that it went on in a new run.
  const runs = hosts.client.workflow.list({ query: `WorkflowId = '${MIGRATION_QUEUE_ID}'` });
  const states: string[] = [];
  for await (const { status } of runs) states.push(status.name);
  expect(states).toContain('CONTINUED_AS_NEW');
});
