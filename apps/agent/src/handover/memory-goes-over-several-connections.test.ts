import type { MigrationPlan } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { steer } from '../deeds/steer.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** Begins a move; `done` resolves when it has been made. */
async function begin(plan: MigrationPlan): Promise<{ done: () => Promise<unknown> }> {
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  return { done: () => Promise.all([memory, ...Object.values(armed)]) };
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test.each([
    { channels: 2, compression: 'none' },
    { channels: 1, compression: 'zstd' },
    { channels: 4, compression: 'zstd', stream: 'plain-text' },
  ] as const)('both ends are set up alike by the policy: %o', async (policy) => {
    hosts = await twoHosts(program);
    const { done } = await begin(hosts.plan(policy));
    await done();
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('a VM that came over several connections moves on over one', async () => {
    hosts = await twoHosts(program);
    await (await begin(hosts.plan({ channels: 2, compression: 'zstd' }))).done();
    const back = { ...hosts.plan(), source: 'host-b', destination: 'host-a' };
    hosts = { ...hosts, a: hosts.b, b: hosts.a };
    await (await begin(back)).done();
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('it can be held, and moves once it is released', async () => {
    hosts = await twoHosts(program);
    const plan: MigrationPlan = { ...hosts.plan({ channels: 2, compression: 'zstd' }), gate: 'shut' };
    const { done } = await begin(plan);
    const { source } = hosts.a.hypervisor;
    await source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    const left = source.reach(hosts.vm, ['held', 'finishing', 'settled', 'failed'], AbortSignal.timeout(3_000));
    await expect(left).rejects.toMatchObject({ name: 'TimeoutError' });
    await steer(hosts.a, { ...plan, gate: 'open', revision: 2 }, { force: false });
    await done();
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });
});
