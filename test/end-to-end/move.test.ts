import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a running guest moves to another host while its client talks to it', async () => {
  const lab = await sharedLab();
  await lab.createGuest('move-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('move-1');
  const migration = await migrate(lab, { vm: 'move-1', destination: 'host-b', reason: 'a test' });

  expect(migration).toMatchObject({
    state: 'completed',
    owner: 'host-b',
    requestedBy: 'test',
    reason: 'a test',
    failure: null,
  });
  expect(migration.statistics?.transferredBytes).toBeGreaterThan(1024 ** 2);
  expect(migration.blackoutMs).toBeGreaterThan(0);
  await expectGuestLives(lab, 'move-1', 'host-b', before);
  await expectWholeHistory(lab, migration);
});
