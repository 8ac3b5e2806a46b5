import type { VirtualMachineDefinition } from '@ferry/domain';
import { sanName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { expectGuestLives, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('a LUN that the destination can’t reach is found before anything is touched, and one that is another than meant is not opened', async () => {
  const lab = await labUnderTest('lun-out-of-reach', { storage: 'iscsi' });
  await lab.createGuest('web-1', { host: 'host-a' });
  const before = await lab.counter('web-1');
  await lab.san?.shutOut('host-b');
  // Whom it lets in, and what it serves, is not lost with the SAN's process: the guest waited meanwhile.
  await lab.part(sanName).kill9();
  await lab.part(sanName).restart();
  const refused = await migrate(lab, { vm: 'web-1', destination: 'host-b' });
  expect(refused).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'PREFLIGHT_FAILED' } });
  expect(refused.failure?.detail).toMatch(
    /LUN_UNREACHABLE on host-b: .*LUN 1 of \S+:web-1 at \S+:3260.*Let the host’s initiator in/,
  );
  expect(refused.failure?.detail).not.toContain('host-a');
  await expectGuestLives(lab, 'web-1', 'host-a', before);

  await lab.san?.letIn('host-b');
  const { definition } = await lab.client.virtualMachine('web-1');
  const { disks, ...machine } = definition as unknown as VirtualMachineDefinition;
  const mistaken = { ...machine, id: 'web-2', disks: disks.map((disk) => ({ ...disk, serial: 'another' })) };
  await expect(lab.client.startVirtualMachine({ definition: mistaken, host: 'host-b' })).rejects.toMatchObject({
    code: 'LUN_DIFFERS',
  });
  await expect(migrate(lab, { vm: 'web-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
});
