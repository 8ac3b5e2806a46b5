import { ARMED_PHASES, PHASES } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('the phases are run and told in their order, and the armed ones are asked for before memory moves', async () => {
  const hosts = await StandInHosts.start();
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await expect(migration.result()).resolves.toMatchObject({
    state: 'completed',
    owner: 'host-b',
    statistics: { downtimeMs: 30 },
  });

  expect(
    hosts.events.filter(({ type }) => type === 'phase-completed').map((event) => 'phase' in event && event.phase),
  ).toEqual(PHASES);
  expect(hosts.events.map(({ sequence }) => sequence)).toEqual(hosts.events.map((_, index) => index + 1));
  expect(hosts.told.at(0)).toBe('requested');
  expect(hosts.told.at(-1)).toBe('completed');
  const armed = [...ARMED_PHASES.source, ...ARMED_PHASES.destination].map((phase) =>
    phase.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
  );
  for (const deed of armed) expect(hosts.deeds.indexOf(deed)).toBeLessThan(hosts.deeds.indexOf('transferMemory'));
});
