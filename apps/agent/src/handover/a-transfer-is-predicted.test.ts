import { afterEach, expect, test, vi } from 'vitest';
import { inspectSource } from '../phases/inspect-source.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

const mib = 1024 ** 2;
let hosts: TwoHosts;
afterEach(() => hosts.close());

test('a transfer is predicted by what was measured of its guest, and that stands beside what was copied', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  await hosts.a.dirtyMemory(hosts.vm, { mibPerSecond: 2, workingSetMib: 8 });
  const plan = hosts.plan({ bandwidthBytesPerSecond: 16 * mib });
  const { findings } = await inspectSource(hosts.a, plan, { predictFor: plan.policy }, unwatched);
  expect(findings).toEqual([]);
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const { prediction } = await copyMemory(hosts, plan, listening);
  expect(prediction).toMatchObject({ converges: true, dirtyBytesPerSecond: 2 * mib });
  await Promise.all(Object.values(armed));
});

test.each(Object.entries(HYPERVISORS))(
  'on %s what is measured of a guest that does nothing is nothing',
  async (_, qemu) => {
    hosts = await twoHosts(qemu);
    const { findings } = await inspectSource(hosts.a, hosts.plan(), { predictFor: hosts.plan().policy }, unwatched);
    expect(findings).toEqual([]);
    const load = hosts.a.hypervisor.source.memoryLoad(hosts.vm);
    expect(load?.dirtyBytesPerSecond).toBe(0);
    expect(load?.usedBytes).toBeGreaterThan(0);
    // Its firmware uses little of a real one's memory, and of a modelled one's nobody can tell.
    const memoryBytes = hosts.definition.memoryKiB * 1024;
    if (qemu === HYPERVISORS.simulator) expect(load?.usedBytes).toBe(memoryBytes);
    else expect(load?.usedBytes).toBeLessThan(memoryBytes);
  },
);

test('of a guest that nobody has measured yet preflight waits for the first figure, and warns of a guest that the policy would give up on', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  await hosts.a.dirtyMemory(hosts.vm, { mibPerSecond: 8, workingSetMib: 8 });
  const { policy } = hosts.plan({ bandwidthBytesPerSecond: 2 * mib, throttleLimitPercent: 1 });
  const { findings } = await inspectSource(hosts.a, { vm: hosts.vm }, { predictFor: policy }, unwatched);
  expect(findings).toMatchObject([
    { code: 'TRANSFER_OUTRUN', severity: 'warning', facts: expect.stringContaining(`${8 * mib} bytes`) as unknown },
  ]);
});
