import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest that dirties memory faster than it is copied is switched over when it is forced, with a downtime that suffices', async () => {
  const lab = await sharedLab();
  await lab.createGuest('forced-1', { host: 'host-a', dirty: { mibPerSecond: 20, workingSetMib: 16 } });
  const before = await lab.counter('forced-1');
  const hold = { vm: 'forced-1', destination: 'host-b', hold: true } as const;
  const { id } = await lab.client.submitMigration(hold);
  const migration = id ?? '';
  const look = async () => (await lab.client.migration(migration)).progress;
  await expect.poll(async () => (await look())?.rounds, { timeout: 30_000 }).toBeGreaterThan(0);
  await lab.client.tuneMigration(migration, { bandwidthBytesPerSecond: 8 * 1024 ** 2, reason: 'others need the link' });
  await lab.client.releaseMigration(migration);

  // Round after round, and never any nearer.
  const rounds = (await look())?.rounds ?? 0;
  await expect.poll(async () => (await look())?.rounds, { timeout: 60_000 }).toBeGreaterThan(rounds + 1);
  expect((await lab.client.migration(migration)).state).toBe('running');
  await expect(lab.client.forceMigration(migration, { downtimeMs: 301 })).rejects.toMatchObject({
    code: 'DOWNTIME_TOO_SHORT',
    detail: expect.stringMatching(/at least \d+ ms/) as unknown,
  });

  await lab.client.forceMigration(migration, { downtimeMs: 10_000, reason: 'the window ends' });
  await expect.poll(() => lab.client.migration(migration), { timeout: 60_000 }).toMatchObject({ state: 'completed' });
  const moved = await lab.client.migration(migration);
  expect(moved.policy).toMatchObject({ downtimeLimitMs: 10_000, bandwidthBytesPerSecond: 8 * 1024 ** 2 });
  expect(await expectWholeHistory(lab, moved)).toEqual(expect.arrayContaining(['migration.tuned', 'migration.forced']));
  await expectGuestLives(lab, 'forced-1', 'host-b', before);
});
