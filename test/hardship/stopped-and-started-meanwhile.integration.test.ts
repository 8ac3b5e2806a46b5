import { planFaults } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, expectGuestLives, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('who stops, starts or moves a VM while it moves is refused with the reason, and the move goes on undisturbed', async () => {
  const lab = await labUnderTest('meanwhile', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const { definition } = await lab.client.virtualMachine('web-1');
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  planFaults(image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const meanwhile = at('progress', async () => {
    await expect(lab.client.stopVirtualMachine('web-1')).rejects.toMatchObject({ code: 'VM_ALREADY_MOVING' });
    for (const host of lab.hosts) {
      const start = lab.client.startVirtualMachine({ definition: definition as never, host });
      await expect(start).rejects.toMatchObject({ code: 'VM_ALREADY_THERE' });
    }
    const move = lab.client.submitMigration({ vm: 'web-1', destination: 'host-b' });
    await expect(move).rejects.toMatchObject({ code: 'VM_ALREADY_MOVING' });
    planFaults(image, { faults: [] });
  });
  const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b' }, meanwhile.reached);

  await meanwhile.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
});
