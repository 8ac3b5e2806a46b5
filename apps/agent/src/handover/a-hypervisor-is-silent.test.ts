import { planFaults } from '@ferry/qmp/simulator';
import { afterEach, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

vi.setConfig({ testTimeout: 40_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

test('a source that answers nobody while memory moves is told of, is not called off by guess, and hands over when it answers again', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  planFaults(hosts.image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  const told = expect(memory).rejects.toMatchObject({ code: 'HYPERVISOR_SILENT' });
  await expect.poll(() => hosts.a.progress.length).toBeGreaterThan(0);
  hosts.a.freezeMachine(hosts.vm);
  await told;

  planFaults(hosts.image, { faults: [] });
  hosts.a.thawMachine(hosts.vm);
  await copyMemory(hosts, plan, listening);
  await expect(armed.online).resolves.toMatchObject({ paused: false });
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});
