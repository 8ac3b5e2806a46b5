import { DEFAULT_POLICY } from '@ferry/domain';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';
import { inspectDestination } from './inspect-destination.ts';
import { inspectSource } from './inspect-source.ts';
import { lacking } from './lacking.ts';
import { connectionsUnsafe } from './connections-unsafe.ts';
import { postCopyImpossible } from './post-copy-impossible.ts';

/** What is in no other pool than the one of somebody else. */
const OF_ANOTHER_POOL = { host: 'host-a', life: '00000000-0000-4000-8000-000000000000', count: 1 };

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

async function inspected() {
  hosts = await twoHosts(HYPERVISORS.QEMU);
  const plan = hosts.plan();
  const source = await inspectSource(hosts.a, plan, {}, unwatched);
  if (!source.configuration) throw new Error('no configuration');
  return { plan, source, configuration: source.configuration };
}

test('two hosts that fit have no findings, and the configuration is read in the same visit', async () => {
  const { plan, source, configuration } = await inspected();
  expect(source.findings).toEqual([]);
  expect(configuration).toMatchObject({ machineType: 'pc-q35-7.2', cpuVendor: 'AuthenticAMD' });
  expect(configuration.memoryBytes).toBe((16 * 1024 + 8) * 1024);
  const input = { configuration, source: source.host };
  expect((await inspectDestination(hosts.b, plan, input, unwatched)).findings).toEqual([]);
  // What an abandoned migration left behind is no obstacle.
  await prepare(hosts, plan);
  expect((await inspectDestination(hosts.b, plan, input, unwatched)).findings).toEqual([]);
});

test('everything that does not fit is found at once', async () => {
  const { plan, source, configuration } = await inspected();
  const { definition } = configuration;
  const odd = {
    ...configuration,
    machineType: 'pc-q35-99.0',
    memoryBytes: Number.MAX_SAFE_INTEGER,
    definition: {
      ...definition,
      cpu: { model: 'Z80', count: 64 },
      disks: [{ kind: 'image' as const, id: 'x', image: 'missing.raw', format: 'raw' as const }],
      networks: [{ id: 'x', network: 'dmz', mac: '52:54:00:00:00:02' }],
    },
  };
  const hypervisor = { type: 'qemu', version: '99.0.0' };
  const other = { ...source.host, cpuVendor: 'VIA', hypervisor, at: '2026-01-31T12:00:00.000Z', mark: OF_ANOTHER_POOL };
  const { findings } = await inspectDestination(hosts.b, plan, { configuration: odd, source: other }, unwatched);
  expect(findings.map(({ code }) => code).toSorted()).toEqual([
    'CLOCKS_DIFFER',
    'CPUS_SHORT',
    'CPU_MANUFACTURER_DIFFERS',
    'CPU_MODEL_UNAVAILABLE',
    'DISK_UNREACHABLE',
    'HYPERVISOR_OLDER',
    'MACHINE_TYPE_UNKNOWN',
    'MEMORY_SHORT',
    'NETWORK_MISSING',
    'POOL_DIFFERS',
  ]);
});

test('a witness that is away, and a VM that is not here, are findings', async () => {
  const { plan } = await inspected();
  const elsewhere = await inspectSource(hosts.b, plan, {}, unwatched);
  expect(elsewhere.findings.map(({ code }) => code).toSorted()).toEqual(['HANDLE_NOT_HELD', 'VM_NOT_RUNNING_HERE']);
  expect(elsewhere.configuration).toBeNull();
  await rename(hosts.handle, `${hosts.handle}-away`);
  const { findings } = await inspectSource(hosts.a, plan, {}, unwatched);
  expect(findings.map(({ code }) => code)).toEqual(['WITNESS_UNREACHABLE']);
});

test('a network that carries less, and an address that another VM here has, are findings', async () => {
  const { plan, source, configuration } = await inspected();
  await startVirtualMachine(hosts.b, {
    definition: { ...configuration.definition, id: 'twin', uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964fe', disks: [] },
    savedState: null,
  });
  const jumbo = { ...source.host, mtus: { lan: 9_000 } };
  const { findings } = await inspectDestination(hosts.b, plan, { configuration, source: jumbo }, unwatched);
  expect(findings).toMatchObject([
    { code: 'NETWORK_MTU_DIFFERS', facts: 'lan carries 1500 bytes here, 9000 at host-a.' },
    { code: 'MAC_IN_USE', facts: 'twin has 52:54:00:00:00:01 too.' },
  ]);
});

test('a pool that the source cannot write to is a finding there, and no riddle at the destination', async () => {
  const { plan } = await inspected();
  // A file lies where the folder of the marks would be.
  await rm(join(hosts.image, '../.ferry-marks'), { recursive: true });
  await writeFile(join(hosts.image, '../.ferry-marks'), '');
  const { findings, configuration, host } = await inspectSource(hosts.a, plan, {}, unwatched);
  expect(findings.map(({ code }) => code)).toEqual(['POOL_UNWRITABLE']);
  if (!configuration) throw new Error('no configuration');
  expect((await inspectDestination(hosts.b, plan, { configuration, source: host }, unwatched)).findings).toEqual([]);
});

test('a hypervisor that lacks what a migration needs is told by what it lacks', () => {
  const facts = { type: 'qemu', version: '2.5.0', accelerator: 'tcg', machineTypes: new Set<string>() } as const;
  const old = {
    ...facts,
    cpuModels: new Map<string, string[]>(),
    lacks: ['pause-before-switchover'],
    postCopyObstacle: null,
  };
  expect(lacking('host-b', old)).toMatchObject({
    code: 'HYPERVISOR_CANNOT_MIGRATE',
    facts: 'QEMU 2.5.0 here lacks pause-before-switchover.',
  });
});

test('several connections, and compression, are warned of where the source’s QEMU may lose its guest by them', () => {
  const told = (change: object, version: string) =>
    connectionsUnsafe(
      'host-b',
      { ...DEFAULT_POLICY, ...change },
      { host: 'host-a', hypervisor: { type: 'qemu', version } },
    );
  expect(told({ channels: 2 }, '7.2.22')).toMatchObject({
    code: 'CONNECTIONS_UNSAFE',
    severity: 'warning',
    facts: 'The policy asks for 2 connections, and QEMU is 7.2.22 at host-a.',
  });
  expect(told({ compression: 'zstd' }, '9.2.0')).toMatchObject({ code: 'CONNECTIONS_UNSAFE' });
  expect(told({}, '7.2.22')).toBeNull();
  expect(told({ channels: 2 }, '10.0.2')).toBeNull();
});

test('a host that no guest can come to by post-copy says so, where the policy may ask for it', () => {
  const facts = { postCopyObstacle: 'Postcopy is not supported' };
  const policy = { ...DEFAULT_POLICY, postCopy: 'last-resort' } as const;
  expect(postCopyImpossible('host-b', policy, facts)).toMatchObject({
    code: 'POST_COPY_IMPOSSIBLE',
    facts: 'QEMU here says: Postcopy is not supported.',
  });
  expect(postCopyImpossible('host-b', DEFAULT_POLICY, facts)).toBeNull();
});
