import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest that outruns its transfer is slowed down, at last left where it is by its policy, and then has all of its time again', async () => {
  const lab = await sharedLab();
  // As fast as it can: what it achieves tells how much of its time it has.
  await lab.createGuest('not-converging-1', { host: 'host-a', dirty: { mibPerSecond: 2_000, workingSetMib: 20 } });
  const before = await lab.counter('not-converging-1');
  const achieved = async () => (await lab.guestProbe('not-converging-1')?.status())?.dirty.achievedMibPerSecond ?? NaN;

  const policy = { bandwidthBytesPerSecond: 16 * 1024 ** 2, throttleLimitPercent: 90, roundLimit: 8 };
  const slowed: number[] = [];
  const looks: Promise<void>[] = [];
  const look = async () => {
    const { items } = await lab.client.migrations({ vm: 'not-converging-1' });
    const { progress } = await lab.client.migration(items[0]?.id ?? '');
    if ((progress?.throttlePercent ?? 0) >= 20) slowed.push(await achieved());
  };
  const migration = await migrate(lab, { vm: 'not-converging-1', destination: 'host-b', policy }, (milestone) => {
    if (milestone === 'progress') looks.push(look());
  });
  await Promise.all(looks);

  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'NOT_CONVERGING' } });
  expect(slowed.length).toBeGreaterThan(0);
  // Slowed by 30 to 40 % at last, and on a machine whose own speed is not steady.
  await expect.poll(achieved, { timeout: 15_000 }).toBeGreaterThan(1.1 * Math.min(...slowed));
  expect(await expectWholeHistory(lab, migration)).toContain('migration.compensated');
  await expectGuestLives(lab, 'not-converging-1', 'host-a', before);
});
