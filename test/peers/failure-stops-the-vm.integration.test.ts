import { planFaults, type Fault } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGuestLives, labUnderTest, migrate } from '../setup/lab-under-test.ts';

const FAULTS: readonly Fault[] = [
  { side: 'source', at: 'setup', do: 'fail' },
  { side: 'source', at: 'active', do: 'fail' },
  { side: 'destination', at: 'active', do: 'die' },
];

test('a VM that could not be moved, again and again, is never stopped for it: it runs on where it was, and nobody’s history says otherwise', async () => {
  const lab = await labUnderTest('peers-failure', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  for (const fault of FAULTS) {
    planFaults(image, { faults: [fault] });
    const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b' });
    expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });
    await expectGuestLives(lab, 'web-1', 'host-a', before);
  }
  expect(await lab.witnessRecord('web-1')).toMatchObject({ kind: 'held', host: 'host-a', generation: 1 });
  const { items } = await lab.client.audit({ vm: 'web-1', limit: 200 });
  expect(items.map(({ action }) => action)).not.toContain('virtual-machine.stop');
});
