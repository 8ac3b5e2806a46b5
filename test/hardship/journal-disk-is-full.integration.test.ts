import { agentName } from '@ferry/lab';
import { planFaults } from '@ferry/qmp/simulator';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { discard } from '../../apps/agent/src/deeds/discard.ts';
import { withdraw } from '../../apps/agent/src/deeds/withdraw.ts';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { expectGuestLives, labUnderTest, migrate } from '../setup/lab-under-test.ts';
import { SmallDisk } from '../setup/small-disk.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

test('a host that can’t write its journal begins nothing and says why, whichever side it is, and the next move works as soon as there is room', async () => {
  const lab = await labUnderTest('full-disk', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  for (const host of lab.hosts) {
    const agent = lab.part(agentName(host));
    await agent.kill9();
    const disk = new SmallDisk(join(lab.layout.runDirectory(host), '.journal'));
    disk.fill();
    await agent.restart();
    const refused = await migrate(lab, { vm: 'web-1', destination: 'host-b' });
    expect(refused, host).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'JOURNAL_UNWRITABLE' } });
    await expectGuestLives(lab, 'web-1', 'host-a', before);
    disk.free();
  }
  await expect(migrate(lab, { vm: 'web-1', destination: 'host-b' })).resolves.toMatchObject({ state: 'completed' });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
}, 180_000);

test('the source’s disk is full when its CPUs have stopped: there is no switchover that nobody could remember, and the guest runs on', async () => {
  const hosts = await twoHostsUnderTest('simulator');
  const folder = join(dirname(dirname(dirname(hosts.handle))), 'host-a');
  await hosts.a.close();
  const disk = new SmallDisk(join(folder, '.journal'));
  hosts.a = await hosts.a.restarted();
  planFaults(hosts.image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  // What is written ahead of the switchover still found room.
  const journal = () => hosts.a.sessions.of(hosts.vm).current?.journal;
  await expect.poll(() => journal()?.last('converging')).toBeTruthy();
  await journal()?.sync();
  disk.fill();
  planFaults(hosts.image, { faults: [] });

  await expect(armed.state).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'full' })).toMatchObject({ outcome: 'kept', owner: 'host-a' });
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });

  disk.free();
  const again = hosts.plan();
  const prepared = await prepare(hosts, again);
  const rearmed = arm(hosts, again);
  await copyMemory(hosts, again, prepared);
  await Promise.all(Object.values(rearmed));
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
}, 180_000);
