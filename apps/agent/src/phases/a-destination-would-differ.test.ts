import type { HandedConfiguration } from '@ferry/contracts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { HYPERVISORS, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';
import { createDestination } from './create-destination.ts';
import { transferConfiguration } from './transfer-configuration.ts';

// Machines are started for real.
vi.setConfig({ testTimeout: 60_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** Each makes the destination build another machine than the guest runs on, as a mistake on the way would. */
const MISTAKES: Record<string, { make: (definition: HandedConfiguration['configuration']) => object; told: string }> = {
  'less memory': {
    make: ({ definition }) => ({ definition: { ...definition, memoryKiB: 16 * 1024 } }),
    told: 'the memory in bytes is 16777216 here and 16785408 at the source',
  },
  'a device in another slot': {
    make: ({ definition }) => ({
      definition: { ...definition, disks: definition.disks.map((disk) => ({ ...disk, address: '05.0' })) },
    }),
    told: 'the device at 02.0 is none here and virtio-blk-pci at the source',
  },
  'a device less': {
    make: ({ definition }) => ({ definition: { ...definition, networks: [] } }),
    told: 'the device at 03.0 is none here and virtio-net-pci at the source',
  },
  'another machine type': {
    make: () => ({ machineType: 'pc-q35-7.1' }),
    told: 'the machine type is pc-q35-7.1 here and pc-q35-7.2 at the source',
  },
  'another CPU model': {
    make: ({ definition }) => ({ definition: { ...definition, cpu: { model: 'Nehalem', count: 1 } } }),
    told: 'the CPU model is Nehalem-x86_64-cpu here and qemu64-x86_64-cpu at the source',
  },
  'a CPU of another vendor': {
    make: ({ definition }) => ({
      definition: { ...definition, cpu: { model: 'qemu64,vendor=GenuineIntel', count: 1 } },
    }),
    told: 'the CPU’s vendor is GenuineIntel here and AuthenticAMD at the source',
  },
  'a CPU that can less': {
    make: ({ definition }) => ({ definition: { ...definition, cpu: { model: 'qemu64,sse3=off', count: 1 } } }),
    told: 'CPUID ',
  },
};

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('a destination that would differ never listens, says in what, and the guest runs on', async () => {
    hosts = await twoHosts(program);
    const { a, b, vm } = hosts;
    const plan = hosts.plan();
    const handed = await transferConfiguration(a, plan, {}, unwatched);
    for (const [what, { make, told }] of Object.entries(MISTAKES)) {
      const mistaken = { ...handed, configuration: { ...handed.configuration, ...make(handed.configuration) } };
      await expect(createDestination(b, plan, mistaken, unwatched), what).rejects.toMatchObject({
        code: 'CONFIGURATION_DIFFERS',
        message: expect.stringContaining(told) as string,
      });
      // Nobody can have sent it anything.
      expect(await b.byHand(vm, 'query-migrate', {}), what).not.toHaveProperty('socket-address');
      expect(await a.hypervisor.status(vm)).toBe('running');
    }
    await discard(b, plan);
    expect(b.hypervisor.list()).toEqual([]);
    const again = hosts.plan();
    expect(await createDestination(b, again, handed, unwatched)).toMatchObject({
      uri: expect.stringMatching(/^tcp:/) as string,
    });
  });

  test('what comes from another host is checked before it becomes a machine', async () => {
    hosts = await twoHosts(program);
    const handed = await transferConfiguration(hosts.a, hosts.plan(), {}, unwatched);
    const { configuration } = handed;
    const bad = { ...handed, configuration: { ...configuration, machineType: 'q35,usb=on' } };
    await expect(createDestination(hosts.b, hosts.plan(), bad, unwatched)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ field: 'configuration.machineType' }],
    });
    expect(hosts.b.hypervisor.list()).toEqual([]);
  });
});
