import { agentName, guestProcess } from '@ferry/lab';
import { expect, test } from 'vitest';
import { tracesOn } from '../../apps/lab/src/faults/copies.ts';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('the destination’s host loses its power in mid-move and comes back: the guest never noticed, and what was half built is gone', async () => {
  const lab = await sharedLab();
  await lab.createGuest('reboot-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('reboot-1');
  const agent = lab.part(agentName('host-b'));
  const policy = { bandwidthBytesPerSecond: 4 * 1024 ** 2 };
  const reboot = at('progress', async () => {
    const copy = guestProcess(lab.layout, 'host-b', 'reboot-1');
    await Promise.all([agent.kill9(), copy?.kill9()]);
    // The source has noticed by then, and the migration waits for its host to be cleaned.
    await expect.poll(() => guestProcess(lab.layout, 'host-b', 'reboot-1')).toBeNull();
    await agent.restart();
  });
  const migration = await migrate(lab, { vm: 'reboot-1', destination: 'host-b', policy }, reboot.reached);

  await reboot.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });
  await expectGuestLives(lab, 'reboot-1', 'host-a', before);
  expect(await expectWholeHistory(lab, migration)).toContain('migration.compensated');
  await expect.poll(() => tracesOn({ lab, guest: 'reboot-1' }, 'host-b'), { timeout: 10_000 }).toEqual([]);
  await expect(migrate(lab, { vm: 'reboot-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
});
