import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest that is given a LUN whole sees the LUN’s own identity, moves there and back under load, and is told by the LUN itself what fails', async () => {
  const lab = await sharedLab('iscsi');
  const dirty = { mibPerSecond: 10, workingSetMib: 8 };
  await lab.createGuest('pass-through-1', { host: 'host-a', diskKind: 'pass-through', dirty });
  const console = () => readFile(join(lab.layout.runDirectory('host-a'), 'pass-through-1', 'serial.log'), 'utf8');
  expect(await console()).toMatch(/ferry-guest has the SCSI disk +ferry-pass-through-1\s/);
  const before = await lab.counter('pass-through-1');
  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'pass-through-1', destination, reason: 'a test' });
    expect(migration).toMatchObject({ state: 'completed', owner: destination, failure: null });
    await expectGuestLives(lab, 'pass-through-1', destination, before);
    await expectWholeHistory(lab, migration);
    await expect.poll(() => lab.san?.hostsOn('pass-through-1')).toEqual([destination]);
  }

  await lab.san?.setReadOnly('pass-through-1', true);
  await expect.poll(console).toContain('ferry-guest disk error');
  expect(await lab.client.virtualMachine('pass-through-1')).toMatchObject({ status: 'running' });
  await lab.san?.setReadOnly('pass-through-1', false);
  await expectGuestLives(lab, 'pass-through-1', 'host-a', before);
});
