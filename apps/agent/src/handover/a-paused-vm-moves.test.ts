import { afterEach, describe, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { withdraw } from '../deeds/withdraw.ts';
import { inspectSource } from '../phases/inspect-source.ts';
import { transferState } from '../phases/transfer-state.ts';
import { hostReport } from '../reporting/host-report.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

async function paused(program: string): Promise<void> {
  hosts = await twoHosts(program);
  await hosts.a.pauseMachine(hosts.vm);
}

async function shown(host: TwoHosts['a']): Promise<string | undefined> {
  const report = await hostReport(host, { version: 'test', migrationAddress: '127.0.0.1' });
  return report.virtualMachines[0]?.status;
}

/** Starts it again, as a person would. */
function start(host: TwoHosts['a']) {
  return startVirtualMachine(host, { definition: hosts.definition, savedState: null });
}

describe.each(Object.entries(HYPERVISORS))('a paused VM on %s', (_, program) => {
  test('moves and moves back, paused all the while, also when agents restart, and then lives', async () => {
    await paused(program);
    const { vm } = hosts;
    for (const [source, destination] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const plan = { ...hosts.plan(), source: hosts[source].host, destination: hosts[destination].host };
      const turned = { ...hosts, a: hosts[source], b: hosts[destination] };
      expect((await inspectSource(turned.a, plan, {}, unwatched)).findings).toEqual([]);
      const listening = await prepare(turned, plan);
      const armed = arm(turned, plan);
      await copyMemory(turned, plan, listening);
      expect(await armed.online).toMatchObject({ paused: true });
      expect(await armed.network).toEqual({ ports: [] });
      await Promise.all([armed.state, armed.storage, armed.retired]);
      expect(await hosts.a.witness.read(vm)).toMatchObject({ kind: 'started', host: turned.b.host });
      expect(await shown(turned.b)).toBe('paused');
      hosts[destination] = await turned.b.restarted();
      expect(await shown(hosts[destination])).toBe('paused');
    }
    await start(hosts.a);
    expect(await shown(hosts.a)).toBe('running');
  });

  test('is taken back paused when its move is called off in pre-copy, and can move then', async () => {
    await paused(program);
    // So little that the copy of even an empty guest lasts.
    const plan = hosts.plan({ bandwidthBytesPerSecond: 32 * 1024, downtimeLimitMs: 1 });
    const listening = await prepare(hosts, plan);
    arm(hosts, plan);
    copyMemory(hosts, plan, listening).catch(() => undefined);
    await hosts.a.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    const next = { ...plan, epoch: 2 };
    expect(await withdraw(hosts.a, next, { reason: 'cancelled' })).toMatchObject({ outcome: 'kept' });
    expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });
    expect(await shown(hosts.a)).toBe('paused');
    expect((await inspectSource(hosts.a, hosts.plan(), {}, unwatched)).findings).toEqual([]);
  });

  test('is taken back paused when it is not started in time; until somebody starts it, it can’t move', async () => {
    await paused(program);
    const plan = hosts.plan({ blackoutLimitMs: 200 });
    const listening = await prepare(hosts, plan);
    await hosts.b.close();
    const state = transferState(hosts.a, plan, {}, unwatched);
    copyMemory(hosts, plan, listening).catch(() => undefined);
    await expect(state).rejects.toMatchObject({ code: 'BLACKOUT_TOO_LONG' });
    expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'reclaimed', host: 'host-a' });
    expect(await shown(hosts.a)).toBe('paused');
    const { findings } = await inspectSource(hosts.a, hosts.plan(), {}, unwatched);
    expect(findings.map(({ code }) => code)).toContain('VM_NOT_RUNNING_HERE');

    hosts.b = await hosts.b.restarted();
    expect(await discard(hosts.b, { ...plan, epoch: 2 })).toMatchObject({ discarded: true });
    await start(hosts.a);
    expect(await shown(hosts.a)).toBe('running');
    expect((await inspectSource(hosts.a, hosts.plan(), {}, unwatched)).findings).toEqual([]);
  });

  test('is taken back paused when its transfer fails in its last moment; until somebody starts it, it can’t move', async () => {
    await paused(program);
    const plan = hosts.plan({ downtimeLimitMs: 100, blackoutLimitMs: 300, stream: 'plain-text' });
    const listening = await prepare(hosts, plan);
    const armed = arm(hosts, plan);
    hosts.b.freezeMachine(hosts.vm);
    copyMemory(hosts, plan, listening).catch(() => undefined);
    await expect(armed.state).rejects.toMatchObject({ code: 'TRANSFER_STALLED' });
    hosts.b.killMachine(hosts.vm);
    expect(await discard(hosts.b, { ...plan, epoch: 2 })).toMatchObject({ discarded: true });
    expect(await shown(hosts.a)).toBe('paused');
    const { findings } = await inspectSource(hosts.a, hosts.plan(), {}, unwatched);
    expect(findings).toMatchObject([{ code: 'MIGRATION_BLOCKED', facts: 'its CPUs are in postmigrate.' }]);
    await start(hosts.a);
    expect(await shown(hosts.a)).toBe('running');
    expect((await inspectSource(hosts.a, hosts.plan(), {}, unwatched)).findings).toEqual([]);
  });
});
