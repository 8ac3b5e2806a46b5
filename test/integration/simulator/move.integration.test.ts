import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, labUnderTest, migrate } from '../../setup/lab-under-test.ts';

test('a modelled guest moves through all that is real around it: API, Temporal, Postgres, worker and agents', async () => {
  const lab = await labUnderTest('simulated-move', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b' });
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b', failure: null });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
  await expectWholeHistory(lab, migration);
});
