import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('the source is cut off from its guest’s LUN in mid-move: what the guest wrote last waits, nobody runs it elsewhere, and when the LUN is back the move completes with the guest whole', async () => {
  const lab = await sharedLab('iscsi');
  await lab.createGuest('lun-away-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('lun-away-1');
  const isHeard = async () => (await lab.guestProbe('lun-away-1')?.report())?.session.alive;
  const outage = at('progress', async () => {
    await lab.san?.shutOut('host-a');
    const { sequence } = await lab.counter('lun-away-1');
    // Its memory is through, and QEMU, which has stopped its CPUs, waits for the guest's last writes.
    await expect.poll(isHeard, { timeout: 30_000 }).toBe(false);
    const during = {
      record: await lab.witnessRecord('lun-away-1'),
      counted: (await lab.counter('lun-away-1')).sequence,
    };
    await lab.san?.letIn('host-a');
    return { ...during, counted: during.counted - sequence };
  });
  const policy = { bandwidthBytesPerSecond: 24 * 1024 ** 2 };
  const migration = await migrate(lab, { vm: 'lun-away-1', destination: 'host-b', policy }, outage.reached);

  expect(await outage.done()).toMatchObject({ record: { kind: 'held', host: 'host-a' }, counted: 0 });
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  // The client's TCP tries more and more seldom.
  await expect.poll(isHeard, { timeout: 30_000 }).toBe(true);
  await expectGuestLives(lab, 'lun-away-1', 'host-b', before);
  await expectWholeHistory(lab, migration);
});
