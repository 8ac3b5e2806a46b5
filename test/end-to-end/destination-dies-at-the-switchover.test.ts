import { agentName, guestProcess } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, migrate, untilItStandsStill } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('the destination’s QEMU killed while the CPUs stand still: the source notices nothing by itself, and runs on all the same', async () => {
  const lab = await sharedLab();
  await lab.createGuest('switchover-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('switchover-1');
  const agent = lab.part(agentName('host-a'));
  const policy = { bandwidthBytesPerSecond: 32 * 1024 ** 2 };
  const death = at('progress', async () => {
    // With its agent frozen the source stops at `pre-switchover` and stays there: its guest no longer counts.
    agent.freeze();
    await untilItStandsStill(lab, 'switchover-1');
    await guestProcess(lab.layout, 'host-b', 'switchover-1')?.kill9();
    agent.thaw();
  });
  const migration = await migrate(lab, { vm: 'switchover-1', destination: 'host-b', policy }, death.reached);

  await death.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });
  await expectGuestLives(lab, 'switchover-1', 'host-a', before);
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-b' })).toMatchObject({ items: [] });
});
