import type { TransferStatistics } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('a VM moves and moves back: it runs where the record says, and nothing is left behind', async () => {
    hosts = await twoHosts(program);
    const { a, b, vm } = hosts;
    const there = hosts.plan();
    const listening = await prepare(hosts, there);
    const armed = arm(hosts, there);
    await copyMemory(hosts, there, listening);
    const [state, storage, online, , retired] = await Promise.all(Object.values(armed));

    expect(await b.hypervisor.status(vm)).toBe('running');
    expect(await a.witness.read(vm)).toMatchObject({ kind: 'started', host: 'host-b', generation: 3 });
    expect(a.hypervisor.list()).toEqual([]);
    expect([state, storage, retired]).toMatchObject([{ generation: 2 }, { generation: 3 }, { retired: true }]);
    const { stoppedAt, statistics } = state as { stoppedAt: string; statistics: TransferStatistics };
    // QEMU says that it is over a moment before it has reckoned how long it took.
    expect(statistics.totalMs).toBeGreaterThan(0);
    expect(statistics.rounds).toBeGreaterThan(0);
    const { runningAt } = online as { runningAt: string };
    expect(Date.parse(runningAt)).toBeGreaterThanOrEqual(Date.parse(stoppedAt));

    const back = { ...hosts.plan(), source: 'host-b', destination: 'host-a' };
    const mirrored = { ...hosts, a: b, b: a };
    const prepared = await prepare(mirrored, back);
    const again = arm(mirrored, back);
    await copyMemory(mirrored, back, prepared);
    await Promise.all(Object.values(again));
    expect(await a.hypervisor.status(vm)).toBe('running');
    expect(await b.witness.read(vm)).toMatchObject({ kind: 'started', host: 'host-a', generation: 5 });
  });

  test('from the first moment of the next transfer on, that by which it came here is forgotten', async () => {
    hosts = await twoHosts(program);
    const { b, vm } = hosts;
    const plan = hosts.plan();
    const listening = await prepare(hosts, plan);
    const armed = arm(hosts, plan);
    await copyMemory(hosts, plan, listening);
    await Promise.all(Object.values(armed));
    expect(b.hypervisor.source.stage(vm)).toBe('settled');
    const nowhere = b.hypervisor.source.start(vm, { ...plan, uri: 'tcp:127.0.0.1:1', secret: null });
    // A copy that dies now must not pass for one that has handed over.
    expect(b.hypervisor.source.stage(vm)).toBe('idle');
    await nowhere;
  });

  test('each phase may be begun twice, and finds what the first attempt has done', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const first = await prepare(hosts, plan);
    expect(await prepare(hosts, plan)).toEqual(first);
    const armed = arm(hosts, plan);
    const second = arm(hosts, plan);
    await Promise.all([copyMemory(hosts, plan, first), copyMemory(hosts, plan, first)]);
    expect(await Promise.all([second.storage, second.online])).toEqual(
      await Promise.all([armed.storage, armed.online]),
    );
    await Promise.all([armed.retired, second.retired]);
    const late = arm(hosts, plan);
    expect(await late.storage).toEqual(await armed.storage);
    expect(await late.online).toEqual(await armed.online);
    expect((await late.state).stoppedAt).toBe((await armed.state).stoppedAt);
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });
});
