import { planFaults } from '@ferry/qmp/simulator';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { withdraw } from '../deeds/withdraw.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

/** So little that the copy of even an empty guest lasts. */
const slowly = { bandwidthBytesPerSecond: 32 * 1024, downtimeLimitMs: 1 };

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** A copy under way that won't end by itself. */
async function underWay(program: string) {
  hosts = await twoHosts(program);
  const plan = hosts.plan(slowly);
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  const { source } = hosts.a.hypervisor;
  await source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
  await expect.poll(async () => (await source.progress(hosts.vm)).transferredBytes).toBeGreaterThan(0);
  return { plan, armed, memory };
}

async function movesAfterwards(): Promise<void> {
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await Promise.all(Object.values(armed));
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('withdrawn in pre-copy, the guest runs on at the source, and the next migration succeeds', async () => {
    const { plan, armed, memory } = await underWay(program);
    const next = { ...plan, epoch: 2 };
    expect(await withdraw(hosts.a, next, { reason: 'cancelled' })).toMatchObject({ outcome: 'kept', owner: 'host-a' });
    await expect(memory).rejects.toMatchObject({ name: 'FerryError' });
    await expect(armed.state).rejects.toMatchObject({ name: 'FerryError' });
    expect(await withdraw(hosts.a, next, { reason: 'cancelled' })).toMatchObject({ outcome: 'kept' });
    expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });
    await expect(armed.storage).rejects.toMatchObject({ name: 'FerryError' });
    expect(hosts.b.hypervisor.list()).toEqual([]);
    expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
    await movesAfterwards();
  });

  test('its destination killed, all phases end at once with their reasons, and the next migration succeeds', async () => {
    const { plan, armed, memory } = await underWay(program);
    hosts.b.killMachine(hosts.vm);
    for (const phase of [armed.storage, armed.online, armed.network]) {
      await expect(phase).rejects.toMatchObject({ code: 'DESTINATION_DIED' });
    }
    await expect(memory).rejects.toMatchObject({ code: 'TRANSFER_FAILED' });
    await expect(armed.state).rejects.toMatchObject({ code: 'TRANSFER_FAILED' });
    expect(await withdraw(hosts.a, { ...plan, epoch: 2 }, { reason: 'x' })).toMatchObject({ outcome: 'kept' });
    expect(await discard(hosts.b, { ...plan, epoch: 2 })).toMatchObject({ discarded: true });
    expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
    await movesAfterwards();
  });

  test('its source killed, the guest has ended, its record says so, and nothing of it is left', async () => {
    const { armed, memory } = await underWay(program);
    hosts.a.killMachine(hosts.vm);
    await expect(memory).rejects.toMatchObject({ code: 'GUEST_GONE' });
    await expect(armed.state).rejects.toMatchObject({ code: 'GUEST_GONE' });
    await expect(armed.storage).rejects.toMatchObject({ code: 'DESTINATION_DIED' });
    await expect.poll(() => hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', host: 'host-a' });
    await expect.poll(() => hosts.a.hypervisor.list()).toEqual([]);
  });

  test('an older epoch, and an older migration, may do nothing any more', async () => {
    const { plan } = await underWay(program);
    await withdraw(hosts.a, { ...plan, epoch: 3 }, { reason: 'cancelled' });
    await expect(withdraw(hosts.a, { ...plan, epoch: 2 }, { reason: 'late' })).rejects.toMatchObject({
      code: 'SUPERSEDED',
    });
    await prepare(hosts, hosts.plan());
    await expect(discard(hosts.b, { ...plan, epoch: 9 })).rejects.toMatchObject({ code: 'SUPERSEDED' });
  });
});

test('standing still in pre-copy, the source gives it up by itself', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  planFaults(hosts.image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const plan = hosts.plan({ stallLimitMs: 600 });
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await expect(copyMemory(hosts, plan, listening)).rejects.toMatchObject({ code: 'TRANSFER_STALLED' });
  await expect(armed.state).rejects.toMatchObject({ name: 'FerryError' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
});

test('standing still with its CPUs stopped, the source takes the guest back in the time of the policy', async () => {
  hosts = await twoHosts(HYPERVISORS.QEMU);
  const plan = hosts.plan({ downtimeLimitMs: 100, blackoutLimitMs: 300, stream: 'plain-text' });
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  hosts.b.freezeMachine(hosts.vm);
  copyMemory(hosts, plan, listening).catch(() => undefined);
  await expect(armed.state).rejects.toMatchObject({ code: 'TRANSFER_STALLED' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'held' });
});
