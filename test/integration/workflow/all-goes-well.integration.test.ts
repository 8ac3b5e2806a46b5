import { PHASES } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { StandInHosts } from './stand-in-hosts.ts';

const ARMED = ['transferState', 'transferStorage', 'bringOnline', 'redirectNetwork', 'retireSource'];

test('the phases are run and told in their order, and the armed ones are asked for while memory moves', async () => {
  const allArmed = new Milestone();
  const hosts = await StandInHosts.start({
    transferMemory: async () => {
      await allArmed.reached;
      const now = new Date().toISOString();
      const result = { rounds: 2, transferredBytes: 1_000 };
      return { host: 'host-a', attempts: 1, startedAt: now, finishedAt: now, result };
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await expect.poll(() => ARMED.every((deed) => hosts.deeds.includes(deed)), { timeout: 10_000 }).toBe(true);
  allArmed.reach();
  await expect(migration.result()).resolves.toMatchObject({
    state: 'completed',
    owner: 'host-b',
    statistics: { downtimeMs: 30 },
  });

  expect(hosts.events.flatMap((event) => (event.type === 'phase-completed' ? event.phase : []))).toEqual(PHASES);
  expect(hosts.events.map(({ sequence }) => sequence)).toEqual(hosts.events.map((_, index) => index + 1));
  expect(hosts.told.at(0)).toBe('requested');
  expect(hosts.told.at(-1)).toBe('completed');
});
