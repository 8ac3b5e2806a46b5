import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { planFaults, simulatorPath } from '@ferry/qmp/simulator';
import type { MigrationPlan } from '@ferry/domain';
import { withdraw } from '../deeds/withdraw.ts';
import { arm, copyMemory, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

// What does not come to its end needs some passes over the memory.
vi.setConfig({ testTimeout: 60_000 });

/** Over so narrow a link even an idle guest dirties too much for a downtime of a millisecond. */
const hopeless = {
  postCopy: 'last-resort',
  bandwidthBytesPerSecond: 1024 ** 2,
  downtimeLimitMs: 1,
  roundLimit: 2,
} as const;

let hosts: TwoHosts;
beforeEach(async () => {
  hosts = await twoHosts(simulatorPath);
});
afterEach(() => hosts.close());

/** Nothing passes any more as soon as the guest could run at the destination, and nobody is told. */
function cutLink(): void {
  planFaults(hosts.image, { faults: [{ side: 'source', at: 'postcopy-active', do: 'cut-link' }] });
}

async function begin(plan: MigrationPlan) {
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  return { ...armed, memory };
}

test('a guest that dirties more than the link carries goes on at the destination, and all of its memory follows', async () => {
  const { a, b, vm } = hosts;
  const { retired, network, memory } = await begin(hosts.plan(hopeless));
  await Promise.all([memory, network, retired]);
  expect(await b.hypervisor.status(vm)).toBe('running');
  expect(await b.hypervisor.destination.inspect(vm)).toBe('running');
  expect(await a.witness.read(vm)).toMatchObject({ kind: 'whole', host: 'host-b', generation: 4 });
  expect(a.hypervisor.list()).toEqual([]);
  expect(a.sessions.of(vm).current?.journal.last('post-copy-asked')).not.toBeNull();
});

test('a guest that comes to its end by itself does not need it', async () => {
  const { a, vm } = hosts;
  const { retired } = await begin(hosts.plan({ postCopy: 'last-resort' }));
  expect(await retired).toEqual({ retired: true });
  expect(a.sessions.of(vm).current?.journal.last('post-copy-asked')).toBeNull();
});

test('where the policy does not allow it nothing of it is begun', async () => {
  const { a, vm } = hosts;
  const { memory } = await begin(hosts.plan({ ...hopeless, postCopy: 'never' }));
  await expect(memory).rejects.toMatchObject({ code: 'NOT_CONVERGING' });
  expect(a.sessions.of(vm).current?.journal.last('post-copy-asked')).toBeNull();
});

describe('the link breaks in post-copy', () => {
  test('both ends are connected again, and the guest gets the rest of its memory', async () => {
    cutLink();
    const { a, b, vm } = hosts;
    const { retired, online } = await begin(hosts.plan({ ...hopeless, stallLimitMs: 1_000 }));
    await online;
    expect(await b.hypervisor.destination.inspect(vm)).toBe('lacking');
    expect(await retired).toEqual({ retired: true });
    expect(await b.hypervisor.destination.inspect(vm)).toBe('running');
    await expect.poll(() => a.witness.read(vm)).toMatchObject({ kind: 'whole', host: 'host-b' });
  });

  test('agents that were killed meanwhile do so too, without anybody’s word', async () => {
    cutLink();
    const plan = hosts.plan({ ...hopeless, stallLimitMs: 2_000 });
    const { online } = await begin(plan);
    await online;
    hosts.a = await hosts.a.restarted();
    hosts.b = await hosts.b.restarted();
    const { a, b, vm } = hosts;
    await expect.poll(() => b.witness.read(vm), { timeout: 20_000 }).toMatchObject({ kind: 'whole', host: 'host-b' });
    expect(await b.hypervisor.destination.inspect(vm)).toBe('running');
    expect(await arm(hosts, plan).retired).toEqual({ retired: true });
    expect(a.hypervisor.list()).toEqual([]);
  });
});

test('it can’t be called off: the source answers that the guest has moved, and goes on serving', async () => {
  cutLink();
  const { a, b, vm } = hosts;
  const plan = hosts.plan(hopeless);
  const { online } = await begin(plan);
  await online;
  expect(await withdraw(a, { ...plan, epoch: 2 }, { reason: 'cancelled' })).toMatchObject({
    outcome: 'moved',
    owner: 'host-b',
    explanation: 'the guest runs elsewhere, and part of its memory is nowhere but here',
  });
  expect(await a.hypervisor.source.inspect(vm)).toBe('serving');
  expect(await b.hypervisor.destination.inspect(vm)).toBe('lacking');
});

test('a source that dies in post-copy is said to have taken memory with it; nothing is restarted', async () => {
  cutLink();
  const { a, b, vm } = hosts;
  const { online, retired } = await begin(hosts.plan({ ...hopeless, stallLimitMs: 1_000 }));
  await online;
  a.killMachine(vm);
  await expect(retired).rejects.toMatchObject({ code: 'MEMORY_LOST' });
  expect(await a.witness.read(vm)).toMatchObject({ kind: 'started', host: 'host-b' });
  expect(await b.hypervisor.destination.inspect(vm)).toBe('lacking');
});

test('a guest whose destination dies in post-copy has ended, and nobody starts an old copy of it', async () => {
  cutLink();
  const { a, b, vm } = hosts;
  const { online, retired, state } = await begin(hosts.plan(hopeless));
  // The source has seen it start there.
  await Promise.all([online, state]);
  b.killMachine(vm);
  await expect.poll(() => a.witness.read(vm)).toMatchObject({ kind: 'stopped', host: 'host-b' });
  await expect(retired).resolves.toEqual({ retired: true });
  expect(a.hypervisor.list()).toEqual([]);
});
