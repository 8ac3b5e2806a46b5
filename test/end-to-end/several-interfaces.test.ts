import type { VirtualMachineDefinition } from '@ferry/domain';
import { expect, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const vm = 'several-interfaces-1';

test('a guest with several interfaces moves there and back: when the migration is complete the fabric leads to it by each', async () => {
  const lab = await sharedLab();
  await lab.createGuest(vm, { host: 'host-a', interfaces: 3 });
  const before = await lab.counter(vm);
  const { definition } = await lab.client.virtualMachine(vm);
  const macs = (definition as unknown as VirtualMachineDefinition).networks.map(({ mac }) => mac);
  expect(new Set(macs).size).toBe(3);
  for (const host of ['host-b', 'host-a']) {
    await expect(migrate(lab, { vm, destination: host })).resolves.toMatchObject({ state: 'completed', owner: host });
    for (const mac of macs) expect(await lab.network?.hostTowards(mac)).toBe(host);
    await expectGuestLives(lab, vm, host, before);
  }
});
