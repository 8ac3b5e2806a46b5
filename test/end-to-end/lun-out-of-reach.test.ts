import type { VirtualMachineDefinition } from '@ferry/domain';
import { sanName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a LUN that the destination can’t reach is found before anything is touched, and one that another VM has, or that is another than meant, is not opened', async () => {
  const lab = await sharedLab('iscsi');
  await lab.createGuest('lun-1', { host: 'host-a' });
  const before = await lab.counter('lun-1');
  await lab.san?.shutOut('host-b');
  // Whom it lets in, and what it serves, is not lost with the SAN's process: the guest waited meanwhile.
  await lab.part(sanName).kill9();
  await lab.part(sanName).restart();
  const refused = await migrate(lab, { vm: 'lun-1', destination: 'host-b' });
  expect(refused).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'PREFLIGHT_FAILED' } });
  expect(refused.failure?.detail).toMatch(
    /LUN_UNREACHABLE on host-b: .*LUN 1 of \S+:lun-1 at \S+:3260.*Let the host’s initiator in/,
  );
  expect(refused.failure?.detail).not.toContain('host-a');
  await expectGuestLives(lab, 'lun-1', 'host-a', before);

  await lab.san?.letIn('host-b');
  const { definition } = await lab.client.virtualMachine('lun-1');
  const { disks, ...machine } = definition as unknown as VirtualMachineDefinition;
  const mistaken = { ...machine, id: 'web-2', disks: disks.map((disk) => ({ ...disk, serial: 'another' })) };
  const start = () => lab.client.startVirtualMachine({ definition: mistaken, host: 'host-b' });
  await expect(start()).rejects.toMatchObject({ code: 'VOLUME_IN_USE', fields: [{ field: 'definition.disks.0' }] });
  await expect(migrate(lab, { vm: 'lun-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
  await expectGuestLives(lab, 'lun-1', 'host-b', before);
  await lab.client.stopVirtualMachine('lun-1');
  await expect(start()).rejects.toMatchObject({ code: 'LUN_DIFFERS' });
});
