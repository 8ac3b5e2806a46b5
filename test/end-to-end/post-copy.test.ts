import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest that dirties more than the link carries moves by post-copy, and is whole at its new host', async () => {
  const lab = await sharedLab();
  await lab.createGuest('post-copy-1', { host: 'host-a', dirty: { mibPerSecond: 60, workingSetMib: 32 } });
  const before = await lab.counter('post-copy-1');
  const migration = await migrate(lab, {
    vm: 'post-copy-1',
    destination: 'host-b',
    policy: {
      ...{ postCopy: 'last-resort', roundLimit: 2, throttleLimitPercent: 1, downtimeLimitMs: 1 },
      ...{ bandwidthBytesPerSecond: 12 * 1024 ** 2 },
    },
  });
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab, 'post-copy-1', 'host-b', before);
  expect(await lab.witnessRecord('post-copy-1')).toMatchObject({ kind: 'whole', host: 'host-b' });
  await expectWholeHistory(lab, migration);
});
