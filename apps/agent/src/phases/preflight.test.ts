import { rename } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { inspectDestination } from './inspect-destination.ts';
import { inspectSource } from './inspect-source.ts';

const unwatched = { signal: new AbortController().signal };

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
      cpu: { ...definition.cpu, model: 'Z80' },
      disks: [{ kind: 'image' as const, id: 'x', image: 'missing.raw', format: 'raw' as const }],
      networks: [{ id: 'x', network: 'dmz', mac: '52:54:00:00:00:02' }],
    },
  };
  const hypervisor = { type: 'qemu', version: '99.0.0' };
  const other = { ...source.host, cpuVendor: 'VIA', hypervisor, at: '2026-01-31T12:00:00.000Z' };
  const { findings } = await inspectDestination(hosts.b, plan, { configuration: odd, source: other }, unwatched);
  expect(findings.map(({ code }) => code).toSorted()).toEqual([
    'CLOCKS_DIFFER',
    'CPU_MANUFACTURER_DIFFERS',
    'CPU_MODEL_UNAVAILABLE',
    'DISK_UNREACHABLE',
    'HYPERVISOR_OLDER',
    'MACHINE_TYPE_UNKNOWN',
    'MEMORY_SHORT',
    'NETWORK_MISSING',
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
