import { expect, test } from 'vitest';
import { commandGuest } from '../setup/command-guest.ts';
import { expectGuestLives, expectWholeHistory, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('a paused guest moves, and moves again, without a step of its own, and lives on when it is let go', async () => {
  const lab = await labUnderTest('peers-paused');
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  await commandGuest(lab, 'host-a', 'web-1', 'stop');
  const shown = () => lab.client.virtualMachine('web-1');
  await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ status: 'paused', host: 'host-a' });
  const before = await lab.counter('web-1');

  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'web-1', destination });
    expect(migration).toMatchObject({ state: 'completed', owner: destination });
    expect(migration.phases.find(({ phase }) => phase === 'bring-online')?.details).toMatchObject({ paused: true });
    await expectWholeHistory(lab, migration);
    await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ status: 'paused', host: destination });
    expect(await lab.counter('web-1')).toEqual(before);
  }

  await commandGuest(lab, 'host-a', 'web-1', 'cont');
  await expectGuestLives(lab, 'web-1', 'host-a', before);
});
