import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('a guest that is given a LUN whole sees the LUN’s own identity, moves there and back under load, and is told by the LUN itself what fails', async () => {
  const lab = await labUnderTest('pass-through', { storage: 'pass-through' });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const console = () => readFile(join(lab.layout.runDirectory('host-a'), 'web-1', 'serial.log'), 'utf8');
  expect(await console()).toMatch(/ferry-guest has the SCSI disk +ferry-web-1\s/);
  const before = await lab.counter('web-1');
  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'web-1', destination, reason: 'a test' });
    expect(migration).toMatchObject({ state: 'completed', owner: destination, failure: null });
    await expectGuestLives(lab, 'web-1', destination, before);
    await expectWholeHistory(lab, migration);
    await expect.poll(() => lab.san?.hostsOn('web-1')).toEqual([destination]);
  }

  await lab.san?.setReadOnly('web-1', true);
  await expect.poll(console).toContain('ferry-guest disk error');
  expect(await lab.client.virtualMachine('web-1')).toMatchObject({ status: 'running' });
  await lab.san?.setReadOnly('web-1', false);
  await expectGuestLives(lab, 'web-1', 'host-a', before);
});
