import { expect, test } from 'vitest';
import { commandGuest } from '../setup/command-guest.ts';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a paused guest moves, and moves again, without a step of its own, and lives on when it is let go', async () => {
  const lab = await sharedLab();
  await lab.createGuest('paused-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  await commandGuest(lab, 'host-a', 'paused-1', 'stop');
  const shown = () => lab.client.virtualMachine('paused-1');
  await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ status: 'paused', host: 'host-a' });
  const before = await lab.counter('paused-1');

  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'paused-1', destination });
    expect(migration).toMatchObject({ state: 'completed', owner: destination });
    expect(migration.phases.find(({ phase }) => phase === 'bring-online')?.details).toMatchObject({ paused: true });
    await expectWholeHistory(lab, migration);
    await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ status: 'paused', host: destination });
    expect(await lab.counter('paused-1')).toEqual(before);
  }

  await commandGuest(lab, 'host-a', 'paused-1', 'cont');
  await expectGuestLives(lab, 'paused-1', 'host-a', before);
});
