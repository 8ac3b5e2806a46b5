import { afterEach, expect, test, vi } from 'vitest';
import { HYPERVISORS, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { keepMeasuring } from './keep-measuring.ts';

vi.setConfig({ testTimeout: 30_000 });

const mib = 1024 ** 2;
let hosts: TwoHosts;
afterEach(() => hosts.close());

test('nobody has to ask for it: a guest is measured by itself, and it is seen that it changes the same again and again', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  await hosts.a.dirtyMemory(hosts.vm, { mibPerSecond: 8, workingSetMib: 8 });
  const { source } = hosts.a.hypervisor;
  expect(source.memoryLoad(hosts.vm)).toBeNull();
  const stop = new AbortController();
  const measuring = keepMeasuring(hosts.a, stop.signal);

  const load = () => source.memoryLoad(hosts.vm);
  await expect.poll(load, { timeout: 5_000 }).toMatchObject({ dirtyBytesPerSecond: 8 * mib, workingSetBytes: null });
  await expect.poll(() => load()?.workingSetBytes, { timeout: 10_000 }).toBeLessThan(12 * mib);
  stop.abort();
  await measuring;
});
