import { truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VirtualMachineDefinition } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';
import { inspectSource } from './inspect-source.ts';
import { transferConfiguration } from './transfer-configuration.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 60_000 });

/** Two that can be plugged into while they run, and the buses for that. */
const MACHINES = {
  q35: { machine: { type: 'q35', options: { hpet: false }, hotplugSlots: 2 }, buses: ['hotplug0', 'hotplug1'] },
  pc: { machine: { type: 'pc', options: {} }, buses: ['pci.0', 'pci.0'] },
} as const;
type Machine = (typeof MACHINES)[keyof typeof MACHINES];

let hosts: TwoHosts;
afterEach(() => hosts.close());

async function plugDisk({ a, vm, image }: TwoHosts, bus: string, more = {}): Promise<void> {
  const filename = join(dirname(image), 'data.raw');
  await writeFile(filename, '');
  await truncate(filename, 2 * 1024 ** 2);
  await a.byHand(vm, 'blockdev-add', { driver: 'raw', 'node-name': 'hot', file: { driver: 'file', filename } });
  await a.byHand(vm, 'device_add', { driver: 'virtio-blk-pci', id: 'data', drive: 'hot', bus, ...more });
}

async function plugInterface({ a, vm }: TwoHosts, bus: string, mac = '52:54:00:00:00:02'): Promise<void> {
  await a.byHand(vm, 'netdev_add', { type: 'hubport', id: 'hot-net', hubid: 7 } as never);
  await a.byHand(vm, 'device_add', { driver: 'virtio-net-pci', id: 'second', netdev: 'hot-net', mac, bus });
}

/** The other way round than it was last. */
async function move(pair: TwoHosts): Promise<TwoHosts> {
  const plan = { ...pair.plan(), source: pair.a.host, destination: pair.b.host };
  const listening = await prepare(pair, plan);
  const armed = arm(pair, plan);
  await copyMemory(pair, plan, listening);
  await Promise.all(Object.values(armed));
  expect(await pair.b.hypervisor.status(pair.vm)).toBe('running');
  return { ...pair, a: pair.b, b: pair.a };
}

async function described({ a, vm }: TwoHosts): Promise<VirtualMachineDefinition> {
  return (await a.hypervisor.source.describe(vm)).configuration.definition;
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  describe.each(Object.entries(MACHINES))('and a machine of type %s', (__, { machine, buses }: Machine) => {
    test('what was plugged in by hand moves with the guest, to where it was, and moves again', async () => {
      hosts = await twoHosts(program, program, machine);
      await plugDisk(hosts, buses[0]);
      await plugInterface(hosts, buses[1]);
      const before = await described(hosts);
      expect(before.disks).toMatchObject([
        { id: 'root' },
        { kind: 'image', id: 'data', image: 'data.raw', format: 'raw' },
      ]);
      expect(before.networks).toMatchObject([
        { id: 'lan' },
        { id: 'second', network: 'lan', mac: '52:54:00:00:00:02' },
      ]);

      const there = await move(hosts);
      expect(await described(there)).toEqual(before);
      // What the hosts tell of the VM is what came.
      expect(there.a.hypervisor.definitionOf(hosts.vm)).toEqual(before);
      const back = await move(there);
      expect(await described(back)).toEqual(before);
    });
  });

  test('a disk that was taken out stays out, and the others stay where they are', async () => {
    hosts = await twoHosts(program, program, MACHINES.pc.machine);
    const { a, vm } = hosts;
    await plugDisk(hosts, 'pci.0');
    const { disks } = await described(hosts);
    await a.byHand(vm, 'device_del', { id: 'virtio-disk0' });
    // Without a guest to agree, a reset does.
    await a.byHand(vm, 'system_reset', {});
    await vi.waitUntil(async () => (await described(hosts)).disks.length === 1, { timeout: 10_000 });
    const there = await move(hosts);
    expect((await described(there)).disks).toEqual([disks[1]]);
  });

  test('a VM that nobody has changed is handed over as it was defined, with its addresses', async () => {
    hosts = await twoHosts(program);
    const { definition } = hosts;
    const [disk, network] = [definition.disks[0], definition.networks[0]];
    expect(await described(hosts)).toEqual({
      ...definition,
      disks: [{ ...disk, address: '02.0' }],
      networks: [{ ...network, address: '03.0' }],
    });
  });

  test('each device that no other host can build is found before anything is begun, by its id and with the reason', async () => {
    hosts = await twoHosts(program, program, MACHINES.pc.machine);
    const { a, vm } = hosts;
    await a.byHand(vm, 'device_add', { driver: 'virtio-rng-pci', id: 'dice' });
    await a.byHand(vm, 'device_add', { driver: 'virtio-rng-pci' });
    await plugInterface(hosts, 'pci.0', '00:16:3e:00:00:02');
    await plugDisk(hosts, 'pci.0', { serial: 'A-1' });
    const filename = join(dirname(hosts.image), '../beside-the-pool.raw');
    await writeFile(filename, 'x'.repeat(512));
    await a.byHand(vm, 'blockdev-add', { driver: 'raw', 'node-name': 'out', file: { driver: 'file', filename } });
    await a.byHand(vm, 'device_add', { driver: 'virtio-blk-pci', id: 'outside', drive: 'out' });

    const { findings } = await inspectSource(a, hosts.plan(), {}, unwatched);
    const told = findings.filter(({ code }) => code === 'DEVICE_NOT_MOVABLE').map(({ facts }) => facts);
    expect(told.toSorted()).toEqual([
      expect.stringMatching(
        /^\/machine\/peripheral-anon\/device\[0\] \(virtio-rng-pci\): Ferry builds no such device\.$/,
      ),
      'data (virtio-blk-pci): it shows the guest the serial number A-1, which Ferry gives to no disk.',
      'dice (virtio-rng-pci): Ferry builds no such device.',
      expect.stringMatching(/^outside \(virtio-blk-pci\): .*beside-the-pool\.raw is outside the storage pool\.$/),
      expect.stringMatching(/^second \(virtio-net-pci\): its mac must be a locally administered/),
    ]);
    expect(findings).toHaveLength(told.length);
    const refused = transferConfiguration(a, hosts.plan(), {}, unwatched);
    await expect(refused).rejects.toMatchObject({
      code: 'DEVICE_NOT_MOVABLE',
      message: expect.stringContaining('dice') as string,
    });
  });
});
