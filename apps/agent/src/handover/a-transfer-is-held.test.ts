import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationPlan } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { steer } from '../deeds/steer.ts';
import { forgetStreamKey } from '../deeds/forget-stream-key.ts';
import { transferConfiguration } from '../phases/transfer-configuration.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

/** Several times what the VM, which is idle and small, needs to move. */
const longMs = 3_000;

let hosts: TwoHosts;
afterEach(() => hosts.close());

const revised = (plan: MigrationPlan, change: Partial<MigrationPlan>): MigrationPlan => ({
  ...{ ...plan, ...change },
  revision: plan.revision + 1,
});

async function begin(plan: MigrationPlan) {
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  await hosts.a.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
  return { listening, armed, memory };
}

async function expectStillHeld(): Promise<void> {
  const { source } = hosts.a.hypervisor;
  const left = source.reach(hosts.vm, ['held', 'finishing', 'settled', 'failed'], AbortSignal.timeout(longMs));
  await expect(left).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('held from its beginning, an idle guest is copied and runs on; released, it moves', async () => {
    hosts = await twoHosts(program);
    const plan: MigrationPlan = { ...hosts.plan(), gate: 'shut' };
    const { armed, memory } = await begin(plan);
    await expectStillHeld();
    const { source } = hosts.a.hypervisor;
    await expect
      .poll(async () => (await source.progress(hosts.vm)).remainingBytes, { timeout: 5_000 })
      .toBeLessThan(1e6);
    await steer(hosts.a, revised(plan, { gate: 'open' }), { force: false });
    await memory;
    await Promise.all(Object.values(armed));
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('held while it copies, it stays held over a restart of its agent', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan({ bandwidthBytesPerSecond: 1024 ** 2, downtimeLimitMs: 1 });
    const { listening } = await begin(plan);
    const shut = revised(plan, { gate: 'shut', policy: hosts.plan().policy });
    await steer(hosts.a, shut, { force: false });
    hosts.a = await hosts.a.restarted();
    await expectStillHeld();
    const armed = arm(hosts, plan);
    // The attempt that comes again has the plan of its beginning.
    const memory = copyMemory(hosts, plan, listening);
    await pause(500);
    expect(hosts.a.hypervisor.source.stage(hosts.vm)).toBe('copying');
    await steer(hosts.a, revised(shut, { gate: 'open' }), { force: false });
    await memory;
    await Promise.all(Object.values(armed));
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('another migration of the VM, as where this one was terminated, takes no hand off its transfer', async () => {
    hosts = await twoHosts(program);
    const plan: MigrationPlan = { ...hosts.plan(), gate: 'shut' };
    const { armed, memory } = await begin(plan);
    const another = hosts.plan();
    await expect(transferConfiguration(hosts.a, another, {}, unwatched)).rejects.toMatchObject({
      code: 'TRANSFER_FAILED',
    });
    await forgetStreamKey(hosts.a, { ...another, epoch: 2 });
    await steer(hosts.a, revised(plan, { gate: 'open' }), { force: false });
    await memory;
    await Promise.all(Object.values(armed));
    expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('too late, a hold is refused and changes nothing', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const { armed, memory } = await begin(plan);
    await hosts.a.hypervisor.source.reach(hosts.vm, ['held', 'finishing', 'settled'], AbortSignal.timeout(10_000));
    const shut = revised(plan, { gate: 'shut' });
    await expect(steer(hosts.a, shut, { force: false })).rejects.toMatchObject({ code: 'SWITCHOVER_BEGUN' });
    await memory;
    await Promise.all(Object.values(armed));
    await expect(steer(hosts.a, shut, { force: true })).rejects.toMatchObject({ code: 'SWITCHOVER_BEGUN' });
  });

  test('before it has begun, it can be held, and not be forced', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const listening = await prepare(hosts, plan);
    const armed = arm(hosts, plan);
    const shut = revised(plan, { gate: 'shut' });
    await expect(steer(hosts.a, shut, { force: true })).rejects.toMatchObject({ code: 'TRANSFER_NOT_BEGUN' });
    await steer(hosts.a, shut, { force: false });
    await expect(steer(hosts.a, plan, { force: false })).rejects.toMatchObject({ code: 'SUPERSEDED' });
    const memory = copyMemory(hosts, plan, listening);
    await hosts.a.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    await expectStillHeld();
    await steer(hosts.a, revised(shut, { gate: 'open' }), { force: false });
    await memory;
    await Promise.all(Object.values(armed));
  });
});
