import { afterEach, describe, expect, test, vi } from 'vitest';
import { HYPERVISORS, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { startVirtualMachine } from './start-virtual-machine.ts';
import { stopVirtualMachine } from './stop-virtual-machine.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

function start(host: TwoHosts['a']) {
  const definition = hosts.a.hypervisor.definitionOf(hosts.vm) ?? hosts.definition;
  return startVirtualMachine(host, { definition, savedState: null });
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('a VM runs on one host only, and may start elsewhere once it was stopped', async () => {
    hosts = await twoHosts(program);
    expect(await start(hosts.a)).toMatchObject({ generation: 1, host: 'host-a' });
    await expect(start(hosts.b)).rejects.toMatchObject({ code: 'VM_ALREADY_THERE' });
    await expect(stopVirtualMachine(hosts.b, hosts)).rejects.toMatchObject({ code: 'VM_NOT_RUNNING' });
    expect(await stopVirtualMachine(hosts.a, hosts)).toMatchObject({ generation: 2 });
    expect(await stopVirtualMachine(hosts.a, hosts)).toMatchObject({ generation: 2 });
    expect(hosts.a.hypervisor.list()).toEqual([]);
    expect(await start(hosts.b)).toMatchObject({ generation: 3, host: 'host-b' });
  });

  test('a VM whose process has died is said to have stopped, also when its agent was away then', async () => {
    hosts = await twoHosts(program);
    hosts.a.killMachine(hosts.vm);
    await expect.poll(() => hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', generation: 2 });
    await start(hosts.a);
    await hosts.a.close();
    hosts.a.killMachine(hosts.vm);
    hosts.a = await hosts.a.restarted();
    await expect.poll(() => hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', generation: 4 });
  });

  test('a VM outlives its agent, and the next one has it in hand', async () => {
    hosts = await twoHosts(program);
    hosts.a = await hosts.a.restarted();
    expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
    expect(await start(hosts.a)).toMatchObject({ generation: 1 });
    expect(await stopVirtualMachine(hosts.a, hosts)).toMatchObject({ generation: 2 });
  });
});

test('a definition that would say more than it may is refused by its field, and nothing is started', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const odd = {
    ...hosts.definition,
    id: 'odd',
    disks: [{ kind: 'image' as const, id: 'a', image: '../etc/passwd', format: 'raw' as const }],
  };
  await expect(startVirtualMachine(hosts.a, { definition: odd, savedState: null })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    fields: [{ field: 'definition.disks.0.image' }],
  });
  const missing = { ...odd, disks: [{ kind: 'image' as const, id: 'a', image: 'none.raw', format: 'raw' as const }] };
  await expect(startVirtualMachine(hosts.a, { definition: missing, savedState: null })).rejects.toMatchObject({
    code: 'HYPERVISOR_FAILED',
  });
  expect(await hosts.a.witness.read('odd')).toBeNull();
  expect(hosts.a.hypervisor.list()).toEqual(['web']);
});
