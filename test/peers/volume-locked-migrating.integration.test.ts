import { processNames } from '@ferry/lab';
import { planFaults } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('a migration that failed while the database and the worker were dead leaves no lock: the VM stops, starts elsewhere and moves, with nobody’s help', async () => {
  const lab = await labUnderTest('peers-lock', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  planFaults(image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const parts = [processNames.postgres, processNames.worker].map((name) => lab.part(name));
  const crash = at('progress', async () => {
    await Promise.all(parts.map((part) => part.kill9()));
    planFaults(image, { faults: [{ side: 'destination', at: 'device', do: 'die' }] });
    for (const part of parts) await part.restart();
  });
  const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b' }, crash.reached);
  await crash.done();
  planFaults(image, { faults: [] });
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });

  const { definition, migration: lock } = await lab.client.virtualMachine('web-1');
  expect(lock).toBeNull();
  await expect(lab.client.stopVirtualMachine('web-1')).resolves.toMatchObject({ status: 'stopped' });
  const body = { definition: definition as never, host: 'host-b' };
  await expect(lab.client.startVirtualMachine(body)).resolves.toMatchObject({ status: 'running', host: 'host-b' });
  await expect(migrate(lab, { vm: 'web-1', destination: 'host-a' })).resolves.toMatchObject({ state: 'completed' });
});
