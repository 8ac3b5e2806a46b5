import type { MigrationPolicy } from '@ferry/domain';
import { afterEach, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** A pass over what the guest changes takes half a second, in which it has changed all of it again. */
const slowly = { bandwidthBytesPerSecond: 16 * 1024 ** 2, throttleLimitPercent: 1, roundLimit: 2 };
const busy = { mibPerSecond: 18, workingSetMib: 8 };

async function begin(change: Partial<MigrationPolicy>, gate: 'open' | 'shut' = 'open') {
  hosts = await twoHosts(HYPERVISORS.simulator);
  await hosts.a.dirtyMemory(hosts.vm, busy);
  const plan = { ...hosts.plan({ ...slowly, ...change }), gate };
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  memory.catch(() => undefined);
  return { plan, armed, memory };
}

test.each([
  [{ roundLimit: 2 }, 'in 2 passes over its memory'],
  [{ roundLimit: 10_000, abandonAfterMs: 1_500 }, 'within 1500 ms'],
])('by %o it is abandoned, says why, and runs on unharmed at the source', async (limits, reason) => {
  const { armed, memory } = await begin(limits);
  await expect(memory).rejects.toMatchObject({
    code: 'NOT_CONVERGING',
    message: expect.stringContaining(reason) as unknown,
  });
  await expect(armed.state).rejects.toMatchObject({ code: 'NOT_CONVERGING' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'held', host: 'host-a' });
});

test('slowed down step by step as far as its policy allows, it moves', async () => {
  const { armed, memory } = await begin({ roundLimit: 10_000, throttleLimitPercent: 80 });
  const { throttlePercent } = await memory;
  expect(throttlePercent).toBeGreaterThanOrEqual(20);
  expect(throttlePercent).toBeLessThanOrEqual(80);
  await Promise.all(Object.values(armed));
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});

test('where its policy has a last resort, the downtime limit is widened until it moves', async () => {
  const { armed, memory } = await begin({ lastResortDowntimeMs: 5_000 });
  expect((await memory).widenedDowntimeLimitMs).toBeGreaterThanOrEqual(600);
  await Promise.all(Object.values(armed));
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});

test('held, it is neither slowed down nor abandoned', async () => {
  const { plan } = await begin({ throttleLimitPercent: 99, abandonAfterMs: 1_000 }, 'shut');
  const { source } = hosts.a.hypervisor;
  const left = source.reach(plan.vm, ['held', 'failed', 'cancelled'], AbortSignal.timeout(5_000));
  await expect(left).rejects.toMatchObject({ name: 'TimeoutError' });
  expect((await source.progress(plan.vm)).throttlePercent).toBeLessThanOrEqual(1);
});
