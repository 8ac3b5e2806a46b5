import type { VirtualMachineDefinition } from '@ferry/domain';
import { expect, test } from 'vitest';
import { at, expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a LUN can only be read in mid-move: the guest stops at its write and arrives so, preflight says why it stands still, and when the LUN can be written it goes on with all that it wrote', async () => {
  const lab = await sharedLab('iscsi');
  await lab.createGuest('lun-read-only-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('lun-read-only-1');
  const outage = at('progress', async () => lab.san?.setReadOnly('lun-read-only-1', true));
  const policy = { bandwidthBytesPerSecond: 24 * 1024 ** 2 };
  const migration = await migrate(lab, { vm: 'lun-read-only-1', destination: 'host-b', policy }, outage.reached);
  await outage.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  // It arrives running, and is seen to stand still when its host is looked at next.
  await expect
    .poll(() => lab.client.virtualMachine('lun-read-only-1'), { timeout: 10_000 })
    .toMatchObject({ status: 'paused', host: 'host-b' });

  const refused = await migrate(lab, { vm: 'lun-read-only-1', destination: 'host-a' });
  expect(refused).toMatchObject({ state: 'failed', owner: 'host-b', failure: { code: 'PREFLIGHT_FAILED' } });
  expect(refused.failure?.detail).toMatch(/DISK_FAILED on host-b: .* Disk disk0: it can’t be read or written\./);

  await lab.san?.setReadOnly('lun-read-only-1', false);
  const { definition } = await lab.client.virtualMachine('lun-read-only-1');
  await lab.client.startVirtualMachine({
    definition: definition as unknown as VirtualMachineDefinition,
    host: 'host-b',
  });
  await expectGuestLives(lab, 'lun-read-only-1', 'host-b', before);
});
