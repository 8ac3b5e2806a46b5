import { afterEach, expect, test, vi } from 'vitest';
import { withdraw } from '../deeds/withdraw.ts';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import type { HostOptions } from '../testing/host-under-test.ts';
import { arm, copyMemory, definition, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { inspectDestination } from './inspect-destination.ts';
import { inspectSource } from './inspect-source.ts';

vi.setConfig({ testTimeout: 30_000 });

const unwatched = { signal: new AbortController().signal };

let hosts: TwoHosts;
afterEach(() => hosts.close());

async function inspected(there?: string, options?: HostOptions) {
  hosts = await twoHosts(HYPERVISORS.simulator, there, definition.machine, options);
  const { configuration, host } = await inspectSource(hosts.a, hosts.plan(), {}, unwatched);
  if (!configuration) throw new Error('no configuration');
  return { configuration, source: host };
}

test('hosts with different hypervisors are found to be no pair', async () => {
  const input = await inspected(HYPERVISORS.QEMU);
  const { findings } = await inspectDestination(hosts.b, hosts.plan(), input, unwatched);
  expect(findings).toMatchObject([
    { code: 'HYPERVISOR_DIFFERS', host: 'host-b', facts: 'It is qemu here and simulator at the source.' },
  ]);
});

test('a host on which the guest is by the record is no destination for it', async () => {
  const input = await inspected();
  const { findings } = await inspectDestination(hosts.a, hosts.plan(), input, unwatched);
  expect(findings).toMatchObject([{ code: 'COPY_ALREADY_THERE', host: 'host-a' }]);
});

test('a host that knows no SAN can’t take a VM with a LUN', async () => {
  const { configuration, source } = await inspected();
  const serial = { id: 'data', portal: '192.0.2.50:3260', target: 'iqn.2026-01.com.example:web', lun: 1, serial: 'x' };
  const definition = { ...configuration.definition, disks: [{ kind: 'lun' as const, ...serial }] };
  const input = { configuration: { ...configuration, definition }, source };
  const { findings } = await inspectDestination(hosts.b, hosts.plan(), input, unwatched);
  expect(findings).toMatchObject([{ code: 'PORTAL_UNKNOWN', host: 'host-b' }]);
});

test('a host where another VM has the disk of this one is no destination for it, and starts no other on it either', async () => {
  // Images have no locks here: nothing else keeps the two apart.
  const input = await inspected(undefined, { imageLocks: false });
  const twin = { ...hosts.definition, id: 'twin', uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964fe', networks: [] };
  await startVirtualMachine(hosts.b, { definition: twin, savedState: null });
  const { findings } = await inspectDestination(hosts.b, hosts.plan(), input, unwatched);
  expect(findings).toMatchObject([{ code: 'VOLUME_IN_USE', facts: 'Disk root: twin has its volume too.' }]);
  const third = { ...twin, id: 'third', uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964fd' };
  await expect(startVirtualMachine(hosts.b, { definition: third, savedState: null })).rejects.toMatchObject({
    code: 'VOLUME_IN_USE',
  });
});

test('a VM whose memory is on its way already is found to be busy', async () => {
  await inspected();
  const plan = hosts.plan({ bandwidthBytesPerSecond: 1024 ** 2 });
  const listening = await prepare(hosts, plan);
  arm(hosts, plan);
  const copying = copyMemory(hosts, plan, listening).catch(() => undefined);
  await vi.waitUntil(() => hosts.a.hypervisor.source.stage(hosts.vm) === 'copying', { timeout: 10_000 });
  const { findings } = await inspectSource(hosts.a, hosts.plan(), {}, unwatched);
  expect(findings.map(({ code, facts }) => `${code}: ${facts}`)).toEqual([
    'VM_NOT_RUNNING_HERE: The copy of web here is copying.',
    'JOB_IN_PROGRESS: In progress: a migration.',
  ]);
  await withdraw(hosts.a, plan, { reason: 'the test is over' });
  await copying;
});
