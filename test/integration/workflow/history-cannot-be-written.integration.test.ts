import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { StandInHosts } from './stand-in-hosts.ts';

test('a migration is not held up by a database that is away; its history arrives whole and in order', async () => {
  let away = true;
  const moved = new Milestone();
  const hosts = await StandInHosts.start({
    recordEvents: () => (away ? Promise.reject(new Error('connection refused')) : Promise.resolve()),
    retireSource: () => {
      moved.reach();
      const now = new Date().toISOString();
      return Promise.resolve({
        host: 'host-a',
        attempts: 1,
        startedAt: now,
        finishedAt: now,
        result: { retired: true },
      });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await moved.reached;
  expect(hosts.events).toEqual([]);
  away = false;
  await migration.result();
  expect(hosts.events.map(({ sequence }) => sequence)).toEqual(hosts.events.map((_, index) => index + 1));
  expect(hosts.told.at(-1)).toBe('completed');
});
