import { processNames } from '@ferry/lab';
import { ownerOf } from '@ferry/domain';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('API, worker, Temporal and Postgres all die before the blackout: the agents finish alone, and the history arrives afterwards', async () => {
  const lab = await sharedLab();
  const { network } = lab;
  await lab.createGuest('outage-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('outage-1');
  const parts = [processNames.postgres, processNames.temporal, processNames.worker, processNames.api].map((name) =>
    lab.part(name),
  );

  // The link is held so narrow that the switchover can't come before all of them are dead.
  await network?.limitMigrationLink('host-a', 4 * 1024 ** 2);
  const outage = at('progress', async () => {
    await Promise.all(parts.map((part) => part.kill9()));
    expect(ownerOf(await lab.witnessRecord('outage-1'))).toBe('host-a');
    await network?.limitMigrationLink('host-a', null);
    await expect.poll(async () => ownerOf(await lab.witnessRecord('outage-1')), { timeout: 60_000 }).toBe('host-b');
    const then = await lab.counter('outage-1');
    await expect
      .poll(async () => (await lab.counter('outage-1')).sequence, { timeout: 5_000 })
      .toBeGreaterThan(then.sequence);
    for (const part of parts) expect(part.isAlive()).toBe(false);
    for (const part of parts) await part.restart();
  });
  const migration = await migrate(lab, { vm: 'outage-1', destination: 'host-b' }, outage.reached);

  await outage.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab, 'outage-1', 'host-b', before);
  await expectWholeHistory(lab, migration);
});
