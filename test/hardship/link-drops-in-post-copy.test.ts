import { expect, onTestFinished, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const vm = 'post-copy-drops-1';

test('the link drops in post-copy: the guest waits for what is still at its source, and gets it when the link is back, without anybody’s word', async () => {
  const lab = await sharedLab();
  await lab.createGuest(vm, { host: 'host-a', dirty: { mibPerSecond: 60, workingSetMib: 32 } });
  const before = await lab.counter(vm);
  const link = (state: 'up' | 'down') => lab.network?.setMigrationLink('host-b', state);
  const drop = at('progress', async () => {
    await expect
      .poll(() => lab.witnessRecord(vm), { timeout: 60_000, interval: 10 })
      .toMatchObject({ kind: 'started', host: 'host-b' });
    onTestFinished(() => link('up'));
    await link('down');
    for (const host of ['host-a', 'host-b'])
      await expect.poll(() => lab.network?.migrationConnections(host), { timeout: 30_000 }).toBe(0);
    expect(await lab.witnessRecord(vm)).toMatchObject({ kind: 'started', host: 'host-b' });
    await link('up');
  });
  const migration = await migrate(
    lab,
    {
      vm,
      destination: 'host-b',
      policy: {
        ...{ postCopy: 'last-resort', roundLimit: 2, throttleLimitPercent: 1, downtimeLimitMs: 1, stallLimitMs: 2_000 },
        ...{ bandwidthBytesPerSecond: 24 * 1024 ** 2 },
      },
    },
    drop.reached,
  );
  await drop.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  expect(await lab.witnessRecord(vm)).toMatchObject({ kind: 'whole', host: 'host-b' });
  await expectGuestLives(lab, vm, 'host-b', before);
  await expectWholeHistory(lab, migration);
});
