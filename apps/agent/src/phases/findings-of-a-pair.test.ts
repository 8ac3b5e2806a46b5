import { afterEach, expect, test, vi } from 'vitest';
import { withdraw } from '../deeds/withdraw.ts';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { Hardware } from '../hardware.ts';
import type { HostOptions } from '../testing/host-under-test.ts';
import {
  arm,
  copyMemory,
  definition,
  HYPERVISORS,
  prepare,
  twoHosts,
  unwatched,
  type TwoHosts,
} from '../testing/two-hosts.ts';
import { inspectDestination } from './inspect-destination.ts';
import { inspectSource } from './inspect-source.ts';

vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** What a host is made of that has so many bytes left. */
class RoomFor extends Hardware {
  readonly #bytes: number;

  constructor(bytes: number) {
    super();
    this.#bytes = bytes;
  }

  override memory(): { totalBytes: number; freeBytes: number } {
    return { totalBytes: this.#bytes, freeBytes: this.#bytes };
  }
}

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

test('agents that hand guests over in different ways are found to be no pair', async () => {
  const { configuration, source } = await inspected();
  const { protocol, ...before } = source;
  expect(protocol).toBe(1);
  for (const [other, said] of [
    [{ ...source, protocol: 2 }, '2'],
    [before, 'none'],
  ] as const) {
    const { findings } = await inspectDestination(hosts.b, hosts.plan(), { configuration, source: other }, unwatched);
    const facts = `The agent here speaks protocol 1, that of host-a ${said}.`;
    expect(findings).toMatchObject([{ code: 'AGENTS_DIFFER', host: 'host-b', facts }]);
  }
});

test('memory that another VM there was promised, and has not taken yet, is not free', async () => {
  const input = await inspected();
  const needed = input.configuration.memoryBytes + 64 * 1024 ** 2;
  const tight = { ...hosts.b, hardware: new RoomFor(needed) };
  expect((await inspectDestination(tight, hosts.plan(), input, unwatched)).findings).toEqual([]);
  const twin = {
    ...hosts.definition,
    id: 'twin',
    uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964fe',
    networks: [],
    disks: [],
  };
  await startVirtualMachine(hosts.b, { definition: twin, savedState: null });
  const free = needed - twin.memoryKiB * 1024;
  expect((await inspectDestination(tight, hosts.plan(), input, unwatched)).findings).toMatchObject([
    { code: 'MEMORY_SHORT', facts: `${free} bytes are free and promised to no other VM, ${needed} are needed.` },
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
