import { statSync } from 'node:fs';
import type { BlockInfo, BlockNodeInfo, PciBus, RxFilter } from '../protocol.ts';
import type { BlockNode, MachineConfiguration } from './command-line.ts';

const isDisk = (device: Record<string, string>) => device['drive'] !== undefined;
const isNetwork = (device: Record<string, string>) => device['netdev'] !== undefined;

/** `query-named-block-nodes`. */
export function describeBlockNodes({ blockNodes }: MachineConfiguration): BlockNodeInfo[] {
  return blockNodes.map((node) => describeBlockNode(node, blockNodes));
}

/** `query-block`: one for each disk device. */
export function describeDisks({ blockNodes, devices }: MachineConfiguration): BlockInfo[] {
  return devices.filter(isDisk).map((device) => {
    const node = blockNodes.find((candidate) => candidate.nodeName === device['drive']);
    return {
      device: '',
      type: 'unknown',
      removable: false,
      locked: false,
      'io-status': 'ok',
      ...(device['id'] !== undefined && { qdev: `/machine/peripheral/${device['id']}/virtio-backend` }),
      ...(node && { inserted: describeBlockNode(node, blockNodes) }),
    };
  });
}

/** `query-pci`: only what the command line added. */
export function describePci({ devices }: MachineConfiguration): PciBus[] {
  const slots = devices.filter((device) => isDisk(device) || isNetwork(device));
  return [
    {
      bus: 0,
      devices: slots.map((device, index) => ({
        bus: 0,
        slot: Number.parseInt(device['addr'] ?? String(index + 1), 16),
        function: 0,
        class_info: isDisk(device)
          ? { class: 256, desc: 'SCSI controller' }
          : { class: 512, desc: 'Ethernet controller' },
        id: { vendor: 6900, device: isDisk(device) ? 4097 : 4096 },
        irq_pin: 1,
        qdev_id: device['id'] ?? '',
        regions: [],
      })),
    },
  ];
}

/** `query-rx-filter`: one for each network device. */
export function describeRxFilters({ devices }: MachineConfiguration): RxFilter[] {
  return devices.filter(isNetwork).map((device) => ({
    name: device['id'] ?? '',
    promiscuous: false,
    multicast: 'normal',
    unicast: 'normal',
    vlan: 'all',
    'broadcast-allowed': true,
    'multicast-overflow': false,
    'unicast-overflow': false,
    'main-mac': device['mac'] ?? '52:54:00:12:34:56',
    'vlan-table': [],
    'unicast-table': [],
    'multicast-table': [],
  }));
}

function describeBlockNode(node: BlockNode, all: readonly BlockNode[]): BlockNodeInfo {
  const below = all.find((candidate) => candidate.nodeName === node.file);
  const filename = node.filename ?? below?.filename ?? '';
  const bytes = filename === '' ? 0 : statSync(filename).size;
  return describeNode({ name: node.nodeName, driver: node.driver, filename, bytes });
}

/** A node without a file: nothing is ever read from it. */
export function describeEmptyNode(name: string, bytes: number): BlockNodeInfo {
  return describeNode({ name, driver: 'null-co', filename: 'null-co://', bytes });
}

interface NodeFacts {
  name: string;
  driver: string;
  filename: string;
  bytes: number;
}

function describeNode({ name, driver, filename, bytes }: NodeFacts): BlockNodeInfo {
  return {
    file: filename,
    'node-name': name,
    ro: false,
    drv: driver,
    backing_file_depth: 0,
    encrypted: false,
    detect_zeroes: 'off',
    bps: 0,
    bps_rd: 0,
    bps_wr: 0,
    iops: 0,
    iops_rd: 0,
    iops_wr: 0,
    image: { filename, format: driver, 'virtual-size': bytes, 'actual-size': bytes, 'dirty-flag': false },
    cache: { writeback: true, direct: false, 'no-flush': false },
    write_threshold: 0,
  };
}
