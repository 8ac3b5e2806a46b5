import type { PreflightReport } from '@ferry/contracts/http';
import type { FindingCode, VirtualMachineDefinition } from '@ferry/domain';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { expectGuestLives, labUnderTest } from '../setup/lab-under-test.ts';

const AMD = 'AuthenticAMD';
const INTEL = 'GenuineIntel';

function codesOf(report: PreflightReport): Record<string, string[]> {
  const sides = [report.source, ...report.destinations];
  return Object.fromEntries(sides.map(({ host, findings }) => [host, findings.map(({ code }) => code).toSorted()]));
}

const codes = (...given: FindingCode[]): string[] => given.toSorted();

test('each host that is not like the VM’s own is told by what it lacks, and the VM by what it asks for', async () => {
  const ours = availableParallelism();
  const lab = await labUnderTest('kinds', {
    hosts: 4,
    kinds: {
      'host-a': { cpuVendor: INTEL },
      'host-b': { cpuVendor: AMD, cluster: 'west', availableKiB: 100 * 1024 },
      'host-c': { cpuVendor: INTEL, qemuRelease: '4.1', storagePool: 'its-own', network: 'dmz' },
      'host-d': { cpuVendor: INTEL, cluster: null, witness: 'its-own' },
    },
  });
  await lab.createGuest('web-1', { host: 'host-a' });
  const before = await lab.counter('web-1');
  await lab.network?.setBridgeMtu('host-d', 1_400);

  expect(codesOf(await lab.client.preflight('web-1'))).toEqual({
    'host-a': [],
    'host-b': codes('NOT_IN_CLUSTER', 'CPU_MANUFACTURER_DIFFERS', 'MEMORY_SHORT'),
    'host-c': codes(
      ...(['HYPERVISOR_CANNOT_MIGRATE', 'HYPERVISOR_OLDER', 'MACHINE_TYPE_UNKNOWN'] as const),
      ...(['POOL_DIFFERS', 'DISK_UNREACHABLE', 'NETWORK_MISSING'] as const),
    ),
    'host-d': codes('NOT_IN_CLUSTER', 'NETWORK_MTU_DIFFERS', 'WITNESS_DIFFERS'),
  });
  for (const destination of ['host-b', 'host-d']) {
    const refused = lab.client.submitMigration({ vm: 'web-1', destination });
    await expect(refused).rejects.toMatchObject({ code: 'NOT_IN_CLUSTER' });
  }

  // Two VMs with one address, each in a cluster of its own, and the first asks for what no host here has.
  const { definition } = await lab.client.virtualMachine('web-1');
  const { machine, cpu } = definition as unknown as VirtualMachineDefinition;
  const memoryKiB = 16 * 1024 + 8;
  const twin = {
    machine,
    cpu,
    memoryKiB,
    networks: [{ id: 'net0', network: 'lan', mac: '52:54:00:77:00:99' }],
    disks: [],
  };
  const greedy = { cpu: { model: 'Skylake-Server', count: ours + 1 }, memoryKiB: 16 * 1024 };
  const start = (id: string, host: string, number: number, more: object) =>
    lab.client.startVirtualMachine({
      definition: { ...twin, id, uuid: `6f9619ff-8b86-4d11-b42d-00cf4fc964f${number}`, ...more },
      host,
    });
  await Promise.all([start('greedy', 'host-a', 1, greedy), start('twin', 'host-b', 2, {})]);
  const report = await lab.client.preflight('greedy', { destinations: ['host-b'] });
  expect(codesOf(report)).toEqual({
    'host-a': codes('MEMORY_SIZE_UNSAFE'),
    'host-b': codes(
      ...(['NOT_IN_CLUSTER', 'CPU_MANUFACTURER_DIFFERS', 'CPU_MODEL_UNAVAILABLE', 'CPUS_SHORT', 'MAC_IN_USE'] as const),
    ),
  });
  await expectGuestLives(lab, 'web-1', 'host-a', before);
}, 180_000);
