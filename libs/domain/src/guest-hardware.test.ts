import { expect, test } from 'vitest';
import { differencesBetween, type GuestHardware } from './guest-hardware.ts';

const disk = { address: '02.0', driver: 'virtio-blk-pci', properties: { bytes: '1024', disk: 'root' } };
const guest: GuestHardware = {
  machineType: 'pc-q35-7.2',
  memoryBytes: 1_024,
  cpu: { type: 'qemu64-x86_64-cpu', vendor: 'AuthenticAMD', count: 1, features: { '1.0 ECX': 0b11 } },
  devices: [disk, { address: '03.0', driver: 'virtio-net-pci', properties: {} }],
};

test('a machine does not differ from itself, in whatever order its devices are told', () => {
  expect(differencesBetween(guest, { ...guest, devices: guest.devices.toReversed() })).toEqual([]);
});

const changes: Record<string, [Partial<GuestHardware>, string]> = {
  'the machine type': [
    { machineType: 'pc-q35-7.1' },
    'the machine type is pc-q35-7.1 here and pc-q35-7.2 at the source',
  ],
  'the memory': [{ memoryBytes: 512 }, 'the memory in bytes is 512 here and 1024 at the source'],
  'the CPU’s model': [
    { cpu: { ...guest.cpu, type: 'Nehalem-x86_64-cpu' } },
    'the CPU model is Nehalem-x86_64-cpu here and qemu64-x86_64-cpu at the source',
  ],
  'the CPU’s vendor': [
    { cpu: { ...guest.cpu, vendor: 'GenuineIntel' } },
    'the CPU’s vendor is GenuineIntel here and AuthenticAMD at the source',
  ],
  'how many CPUs': [{ cpu: { ...guest.cpu, count: 2 } }, 'the number of CPUs is 2 here and 1 at the source'],
  'a feature less': [{ cpu: { ...guest.cpu, features: {} } }, 'CPUID 1.0 ECX is 0x0 here and 0x3 at the source'],
  'a feature more': [
    { cpu: { ...guest.cpu, features: { ...guest.cpu.features, '7.0 EBX': 1 } } },
    'CPUID 7.0 EBX is 0x1 here and 0x0 at the source',
  ],
  'a device less': [{ devices: [disk] }, 'the device at 03.0 is none here and virtio-net-pci at the source'],
  'a device more': [
    { devices: [...guest.devices, { ...disk, address: 'hotplug0' }] },
    'the device at hotplug0 is virtio-blk-pci here and none at the source',
  ],
  'another disk in its place': [
    {
      devices: guest.devices.map((each) =>
        each === disk ? { ...disk, properties: { ...disk.properties, disk: 'data' } } : each,
      ),
    },
    'disk of the virtio-blk-pci at 02.0 is data here and root at the source',
  ],
};

test.each(Object.entries(changes))('%s is told as the only difference', (_, [change, told]) => {
  expect(differencesBetween(guest, { ...guest, ...change })).toEqual([told]);
});

test('a device in another slot is missed where it was and found where it is', () => {
  const moved = guest.devices.map((each) => (each === disk ? { ...disk, address: '05.0' } : each));
  expect(differencesBetween(guest, { ...guest, devices: moved })).toEqual([
    'the device at 02.0 is none here and virtio-blk-pci at the source',
    'the device at 05.0 is virtio-blk-pci here and none at the source',
  ]);
});

test('all differences are told at once', () => {
  const other = { ...guest, machineType: 'pc', memoryBytes: 1, devices: [] };
  expect(differencesBetween(guest, other)).toHaveLength(4);
});

test('a property that only one release of the hypervisor knows is no difference', () => {
  const newer = guest.devices.map((each) => ({ ...each, properties: { ...each.properties, novelty: 'on' } }));
  expect(differencesBetween(guest, { ...guest, devices: newer })).toEqual([]);
  expect(differencesBetween({ ...guest, devices: newer }, guest)).toEqual([]);
});
