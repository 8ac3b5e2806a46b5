import { planFaults, type Fault } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGuestLives, labUnderTest, migrate } from '../../setup/lab-under-test.ts';

const FAULTS: { what: string; fault: Fault }[] = [
  { what: 'the destination dies while memory moves', fault: { side: 'destination', at: 'active', do: 'die' } },
  { what: 'the destination dies with the CPUs stopped', fault: { side: 'destination', at: 'device', do: 'die' } },
  {
    what: 'the destination has all of it, and its answer is lost',
    fault: { side: 'destination', at: 'answer', do: 'lose-answer' },
  },
  { what: 'the source fails in the last moment', fault: { side: 'source', at: 'device', do: 'fail' } },
  { what: 'the transfer stands still', fault: { side: 'source', at: 'active', do: 'stall' } },
];

test('whatever the hypervisor does before the pivot, the guest runs on at the source, nothing is left, and the next move works', async () => {
  const lab = await labUnderTest('simulated-faults', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  for (const { what, fault } of FAULTS) {
    planFaults(image, { faults: [{ ...fault, times: 1 }] });
    const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b', policy: { stallLimitMs: 1_000 } });
    planFaults(image, { faults: [] });
    expect(migration, what).toMatchObject({ state: 'failed', owner: 'host-a' });
    await expectGuestLives(lab, 'web-1', 'host-a', before);
    const left = await lab.client.virtualMachines({ host: 'host-b', status: 'receiving' });
    expect(left.items, what).toEqual([]);
  }
  await expect(migrate(lab, { vm: 'web-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
});
