import { guestProcess } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('the destination’s QEMU killed while memory moves: the guest runs on at the source, and nothing is left at the destination', async () => {
  const lab = await sharedLab();
  await lab.createGuest('death-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('death-1');
  const policy = { bandwidthBytesPerSecond: 4 * 1024 ** 2 };
  const death = at(
    'progress',
    () =>
      guestProcess(lab.layout, 'host-b', 'death-1')?.kill9() ?? Promise.reject(new Error('There is no destination')),
  );
  const migration = await migrate(lab, { vm: 'death-1', destination: 'host-b', policy }, death.reached);

  await death.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });
  expect(['DESTINATION_DIED', 'TRANSFER_FAILED']).toContain(migration.failure?.code);
  await expectGuestLives(lab, 'death-1', 'host-a', before);
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-b' })).toMatchObject({ items: [] });
  await expectWholeHistory(lab, migration);
  await expect(migrate(lab, { vm: 'death-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
});
