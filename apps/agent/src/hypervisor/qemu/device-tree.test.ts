import { expect, test } from 'vitest';
import { parseDeviceTree } from './device-tree.ts';
import { parseNetworkPeers } from './network-peers.ts';

/** Cut out of what QEMU 7.2 says. */
const TREE = `bus: main-system-bus
  type System
  dev: ps2-mouse, id ""
    gpio-out "" 1
  dev: q35-pcihost, id ""
    MCFG = 2952790016 (0xb0000000)
    bus: pcie.0
      type PCIE
      dev: pcie-root-port, id "hotplug0"
        chassis = 1 (0x1)
        addr = 1e.0
        class PCI bridge, addr 00:1e.0, pci id 1b36:000c (sub 0000:0000)
        bus: hotplug0
          type PCIE
          dev: virtio-blk-pci, id "data"
            vectors = 2 (0x2)
            addr = 00.0
            bus: virtio-bus
              type virtio-pci-bus
              dev: virtio-blk-device, id ""
                drive = "hot"
                physical_block_size = 512 (512 B)
                serial = "a (b) = c"
      dev: ICH9-LPC, id ""
        addr = 1f.0
        bus: isa.0
          type ISA
          dev: port92, id ""
`.replaceAll('\n', '\r\n');

test('each device is read with its bus and all its properties, also those behind its face', () => {
  const devices = parseDeviceTree(TREE);
  expect(devices.map(({ driver, bus }) => `${driver} on ${bus}`)).toEqual([
    'ps2-mouse on main-system-bus',
    'q35-pcihost on main-system-bus',
    'pcie-root-port on pcie.0',
    'virtio-blk-pci on hotplug0',
    'ICH9-LPC on pcie.0',
    'port92 on isa.0',
  ]);
  expect(devices[3]).toMatchObject({
    id: 'data',
    properties: { vectors: '2', addr: '00.0', drive: 'hot', physical_block_size: '512', serial: 'a (b) = c' },
  });
  expect(devices[2]?.properties).toEqual({ chassis: '1', addr: '1e.0' });
});

test('what a network interface is connected to is read of taps and hubs, and named where it is neither', () => {
  const peers = parseNetworkPeers(
    [
      'hub 0',
      ' \\ net0: virtio-net0: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:01',
      'virtio-net1: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:02',
      ' \\ net1: index=0,type=tap,ifname=fy0000-00000000,script=no,downscript=no',
      'third: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:00:00:03',
      ' \\ net2: index=0,type=user,net=10.0.2.0,restrict=off',
      '',
    ].join('\r\n'),
  );
  expect([...peers]).toEqual([
    ['net0', { tap: null }],
    ['net1', { tap: 'fy0000-00000000' }],
    ['net2', { unknown: 'user' }],
  ]);
});
