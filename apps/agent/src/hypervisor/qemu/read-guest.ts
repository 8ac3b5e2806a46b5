import { FerryError, type GuestDevice, type GuestHardware } from '@ferry/domain';
import type { BlockNodeInfo, RunState } from '@ferry/qmp';
import { parseDeviceTree, type TreeDevice } from './device-tree.ts';
import type { Monitor } from './monitor.ts';
import { parseNetworkPeers, type NetworkPeer } from './network-peers.ts';

/** A running machine as QEMU tells it, before anything is held against a definition. */
export interface GuestReading {
  status: RunState;
  hardware: Omit<GuestHardware, 'devices'>;
  devices: ReadDevice[];
}

/** One device: on a bus of the guest, or, where `device` has no address, beside all of them. */
export interface ReadDevice {
  /** How people find it: its id, or where it is. */
  name: string;
  id: string;
  device: GuestDevice;
  /** `built-in`: part of the machine type. `other`: nothing that Ferry ever plugs into a machine. */
  kind: 'built-in' | 'port' | 'disk' | 'interface' | 'other';
  /** Of a disk, if it has one. */
  medium: BlockNodeInfo | null;
  /** Of a network interface. */
  peer: NetworkPeer | null;
}

/** What Ferry plugs into a machine. */
const KIND: Record<string, ReadDevice['kind']> = {
  'virtio-blk-pci': 'disk',
  'scsi-block': 'disk',
  'virtio-net-pci': 'interface',
  'pcie-root-port': 'port',
  'virtio-scsi-pci': 'port',
};

/** What the guest can tell of a device, or what decides about the shape of its state. */
const TELLING = new Set([
  ...['multifunction', 'romfile', 'romsize', 'vectors', 'disable-legacy', 'disable-modern', 'ats', 'page-per-vq'],
  ...['packed', 'event_idx', 'indirect_desc', 'iommu_platform', 'chassis', 'slot'],
  ...['num-queues', 'queue-size', 'serial', 'logical_block_size', 'physical_block_size', 'config-wce', 'discard'],
  ...['write-zeroes', 'mac', 'mq', 'rx_queue_size', 'tx_queue_size', 'host_mtu', 'csum', 'guest_csum', 'gso'],
  ...['mrg_rxbuf', 'ctrl_vq', 'status', 'rss', 'hash', 'failover'],
]);

/** Asks QEMU what its machine is now. Two rounds of a few commands each, since QEMU takes about a millisecond for one. */
export async function readGuest(monitor: Pick<Monitor, 'execute'>): Promise<GuestReading> {
  const forPeople = (words: string) => monitor.execute('human-monitor-command', { 'command-line': words });
  const [cpus, type, memory, { status }, blocks, tree, network, named, unnamed] = await Promise.all([
    monitor.execute('query-cpus-fast', {}),
    monitor.execute('qom-get', { path: '/machine', property: 'type' }),
    monitor.execute('query-memory-size-summary', {}),
    monitor.execute('query-status', {}),
    monitor.execute('query-block', {}),
    forPeople('info qtree'),
    forPeople('info network'),
    monitor.execute('qom-list', { path: '/machine/peripheral' }),
    monitor.execute('qom-list', { path: '/machine/peripheral-anon' }),
  ]);
  const path = cpus[0]?.['qom-path'] ?? '';
  const [cpuType, vendor, features] = await Promise.all(
    ['type', 'vendor', 'feature-words'].map((property) => monitor.execute('qom-get', { path, property })),
  );
  const devices = placed(parseDeviceTree(tree));
  const media = new Map(
    blocks.flatMap(({ inserted }) => (inserted?.['node-name'] ? [[inserted['node-name'], inserted]] : [])),
  );
  const peers = parseNetworkPeers(network);
  const addedAside = aside(devices, childrenOf(named), childrenOf(unnamed));
  return {
    status,
    hardware: {
      machineType: String(type).replace(/-machine$/, ''),
      memoryBytes: memory['base-memory'] + (memory['plugged-memory'] ?? 0),
      cpu: { type: String(cpuType), vendor: String(vendor), count: cpus.length, features: featuresOf(features) },
    },
    devices: [...devices.filter(isSeen).map((device) => seen(device, media, peers)), ...addedAside],
  };
}

/** A disk that has a controller of its own is where that is. */
function placed(devices: readonly TreeDevice[]): TreeDevice[] {
  const addresses = new Map(devices.map((device) => [`${device.id}.0`, device]));
  return devices.map((device) => {
    const controller = device.driver === 'scsi-block' ? addresses.get(device.bus) : undefined;
    if (controller === undefined) return device;
    const { addr = '' } = controller.properties;
    return { ...device, bus: controller.bus, properties: { ...device.properties, addr } };
  });
}

/** Of what is built into the machine type only what is on the guest's PCI bus: names of the rest are each release's own. */
function isSeen({ id, properties }: TreeDevice): boolean {
  return id !== '' || properties['addr'] !== undefined;
}

function seen(
  device: TreeDevice,
  media: ReadonlyMap<string, BlockNodeInfo>,
  peers: ReadonlyMap<string, NetworkPeer>,
): ReadDevice {
  const { driver, id, properties } = device;
  const address = addressOf(device);
  const kind = KIND[driver] ?? (id === '' ? 'built-in' : 'other');
  const medium = kind === 'disk' ? (media.get(properties['drive'] ?? '') ?? null) : null;
  const peer = kind === 'interface' ? (peers.get(properties['netdev'] ?? '') ?? { unknown: 'none' }) : null;
  const telling = Object.fromEntries(Object.entries(properties).filter(([name]) => TELLING.has(name)));
  const size = medium === null ? {} : { bytes: String(medium.image['virtual-size']) };
  const name = id === '' ? `the one at ${address}` : id;
  return { name, id, device: { address, driver, properties: { ...telling, ...size } }, kind, medium, peer };
}

function addressOf({ bus, properties, id }: TreeDevice): string {
  const { addr } = properties;
  if (addr === undefined) return `${bus}/${id}`;
  if (/^pcie?\.0$/.test(bus)) return addr;
  return addr === '00.0' ? bus : `${bus}/${addr}`;
}

/** What was added without a bus, or is not in the tree as it was read: it must not go unnoticed. */
function aside(
  devices: readonly TreeDevice[],
  named: ReadonlyMap<string, string>,
  unnamed: ReadonlyMap<string, string>,
): ReadDevice[] {
  const ids = new Set(devices.map(({ id }) => id));
  const spare = devices.filter(({ id, driver }) => id === '' && KIND[driver] !== undefined);
  const lost = [...unnamed].filter(([, driver]) => {
    const at = spare.findIndex((device) => device.driver === driver);
    if (at >= 0) spare.splice(at, 1);
    return at < 0;
  });
  const strangers = [
    ...[...named].filter(([id]) => !ids.has(id)).map(([id, driver]) => ({ id, name: id, driver })),
    ...lost.map(([name, driver]) => ({ id: '', name: `/machine/peripheral-anon/${name}`, driver })),
  ];
  return strangers.map(({ id, name, driver }) => ({
    ...{ name, id, kind: 'other', medium: null, peer: null },
    device: { address: name, driver, properties: {} },
  }));
}

function childrenOf(list: readonly { name: string; type: string }[]): Map<string, string> {
  return new Map(
    list.flatMap(({ name, type }) => {
      const driver = /^child<(.+)>$/.exec(type)?.[1];
      return driver === undefined ? [] : [[name, driver]];
    }),
  );
}

interface FeatureWord {
  'cpuid-input-eax': number;
  'cpuid-input-ecx'?: number;
  'cpuid-register': string;
  features: number;
}

function featuresOf(words: unknown): Record<string, number> {
  if (!Array.isArray(words)) throw new FerryError('HYPERVISOR_FAILED', 'QEMU does not say what the guest’s CPU can');
  return Object.fromEntries(
    (words as FeatureWord[])
      .filter(({ features }) => features !== 0)
      .map((word) => {
        const leaf = word['cpuid-input-eax'].toString(16);
        return [`${leaf}.${word['cpuid-input-ecx'] ?? 0} ${word['cpuid-register']}`, word.features];
      }),
  );
}
