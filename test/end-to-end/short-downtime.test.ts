import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const bandwidthBytesPerSecond = 32 * 1024 ** 2;
const workingSetMib = 24;

test('a guest stands still for far less than its limit where more passes bring that, and moves within it where they do not', async () => {
  const lab = await sharedLab();
  await lab.createGuest('short-1', { host: 'host-a', dirty: { mibPerSecond: 8, workingSetMib } });
  const move = async (destination: 'host-a' | 'host-b', downtimeLimitMs: number) => {
    const before = await lab.counter('short-1');
    const policy = { bandwidthBytesPerSecond, downtimeLimitMs, throttleLimitPercent: 1 };
    const moved = await migrate(lab, { vm: 'short-1', destination, policy });
    expect(moved.state).toBe('completed');
    await expectGuestLives(lab, 'short-1', destination, before);
    await expectWholeHistory(lab, moved);
    return moved.statistics;
  };

  // Three seconds suffice for most of its memory at once, which even then, unbounded, takes longer than what passes leave.
  expect((await move('host-b', 3_000))?.downtimeMs).toBeLessThan(3_000 / 20);

  // It changes all of it again in each pass, so that none leaves any less.
  await lab.guestProbe('short-1')?.dirty(100, workingSetMib);
  const within = await move('host-a', 1_000);
  expect(within?.rounds).toBeLessThan(12);
  expect(within?.downtimeMs).toBeLessThan(1_000);
});

test('one that was held for longer than its policy waits stands still for just as short when it is released', async () => {
  const lab = await sharedLab();
  await lab.createGuest('short-2', { host: 'host-a', dirty: { mibPerSecond: 8, workingSetMib: 40 } });
  const before = await lab.counter('short-2');
  const policy = { bandwidthBytesPerSecond, downtimeLimitMs: 3_000, throttleLimitPercent: 1, abandonAfterMs: 8_000 };
  const { id } = await lab.client.submitMigration({ vm: 'short-2', destination: 'host-b', policy, hold: true });
  const look = () => lab.client.migration(String(id));
  await expect.poll(async () => (await look()).progress?.rounds, { timeout: 20_000 }).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, policy.abandonAfterMs));
  await lab.client.releaseMigration(String(id));
  await expect.poll(look, { timeout: 20_000 }).toMatchObject({ state: 'completed' });
  expect((await look()).statistics?.downtimeMs).toBeLessThan(policy.downtimeLimitMs / 20);
  await expectGuestLives(lab, 'short-2', 'host-b', before);
});
