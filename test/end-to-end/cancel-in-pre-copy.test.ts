import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('cancelled while memory moves, the guest runs on at the source and nothing is left at the destination', async () => {
  const lab = await sharedLab();
  await lab.createGuest('cancel-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('cancel-1');
  // Slow enough that it would take half a minute.
  const policy = { bandwidthBytesPerSecond: 2 * 1024 ** 2 };
  const cancel = at('progress', async () => {
    const { items } = await lab.client.migrations({ vm: 'cancel-1' });
    return lab.client.cancelMigration(items[0]?.id ?? '', { reason: 'wrong host' });
  });
  const migration = await migrate(lab, { vm: 'cancel-1', destination: 'host-b', policy }, cancel.reached);

  await expect(cancel.done()).resolves.toMatchObject({ outcome: 'kept', owner: 'host-a' });
  expect(migration).toMatchObject({ state: 'cancelled', owner: 'host-a' });
  await expectGuestLives(lab, 'cancel-1', 'host-a', before);
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-b' })).toMatchObject({ items: [] });
  expect(await expectWholeHistory(lab, migration)).toContain('migration.compensated');
  await expect(migrate(lab, { vm: 'cancel-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
});
