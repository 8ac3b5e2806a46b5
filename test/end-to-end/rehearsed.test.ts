import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, follow } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('rehearsed, a guest runs on at the source, nothing of it is left at the destination, its record is as it was, and the figures are what the stream was like', async () => {
  const lab = await sharedLab();
  await lab.createGuest('rehearsed-1', { host: 'host-a', dirty: { mibPerSecond: 4, workingSetMib: 8 } });
  const before = { counter: await lab.counter('rehearsed-1'), record: await lab.witnessRecord('rehearsed-1') };
  const bandwidthBytesPerSecond = 32 * 1024 ** 2;
  const asked = {
    vm: 'rehearsed-1',
    destination: 'host-b',
    reason: 'before the window',
    policy: { bandwidthBytesPerSecond },
  };
  const rehearsal = await follow(lab, () => lab.client.rehearse(asked));

  expect(rehearsal).toMatchObject({ state: 'rehearsed', owner: 'host-a', blackoutMs: null });
  const figures = rehearsal.rehearsal?.figures;
  // What it may use is not kept to the byte.
  expect(figures?.bytesPerSecond).toBeGreaterThan(bandwidthBytesPerSecond / 4);
  expect(figures?.bytesPerSecond).toBeLessThan(bandwidthBytesPerSecond * 2);
  expect(figures?.dirtyBytesPerSecond).toBeGreaterThan(0);
  expect(figures?.forecast?.downtimeMs).toBeLessThan(rehearsal.policy.downtimeLimitMs);
  expect(await lab.witnessRecord('rehearsed-1')).toEqual(before.record);
  await expectGuestLives(lab, 'rehearsed-1', 'host-a', before.counter);
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-b' })).toMatchObject({ items: [] });
  expect(await expectWholeHistory(lab, rehearsal)).toContain('migration.compensated');
});
