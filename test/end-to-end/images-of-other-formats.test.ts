import { expect, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test.each(['qcow2', 'vpc'] as const)(
  'a guest on a %s image moves there and back under load, and what it wrote is whole',
  async (format) => {
    const lab = await sharedLab();
    const vm = `on-${format}`;
    await lab.createGuest(vm, { host: 'host-a', format, dirty: { mibPerSecond: 20, workingSetMib: 8 } });
    const before = await lab.counter(vm);
    for (const host of ['host-b', 'host-a']) {
      await expect(migrate(lab, { vm, destination: host })).resolves.toMatchObject({ state: 'completed', owner: host });
      await expectGuestLives(lab, vm, host, before);
    }
  },
);
