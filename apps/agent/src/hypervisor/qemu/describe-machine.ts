import {
  FerryError,
  isName,
  type DiskDefinition,
  type GuestDevice,
  type ImmovableDevice,
  type NetworkInterfaceDefinition,
  type VirtualMachineDescription,
} from '@ferry/domain';
import type { VirtualNetworks } from '../../network/port.ts';
import type { Storage } from '../../storage/storage.ts';
import { isVolume, mediumOf } from './disk-medium.ts';
import type { Machine } from './machine.ts';
import { readGuest, type ReadDevice } from './read-guest.ts';

/** Of whom is asked what a device is connected to that the definition does not know. */
export interface Surroundings {
  storage: Pick<Storage, 'recognise'>;
  networks: Pick<VirtualNetworks, 'networkOf'>;
}

/** What a device is in the words of a definition, or why there are none for it. */
type Recognised =
  { disk: DiskDefinition } | { network: NetworkInterfaceDefinition } | 'of the machine' | { reason: string };

/**
 * The machine that runs, with a definition from which another host can build it, whatever its own says: what was plugged in
 * is in it, with the address that it has, and what was taken out is not.
 */
export async function describeMachine(machine: Machine, around: Surroundings): Promise<VirtualMachineDescription> {
  const { definition } = machine;
  const { status, hardware, devices } = await readGuest(machine.monitor);
  const found = await Promise.all(devices.map(async (read) => ({ read, is: await recognise(machine, read, around) })));
  const disks = found.flatMap(({ is }) => (isObject(is) && 'disk' in is ? is.disk : []));
  const networks = found.flatMap(({ is }) => (isObject(is) && 'network' in is ? is.network : []));
  const immovable = found.flatMap(({ read, is }): ImmovableDevice[] =>
    isObject(is) && 'reason' in is ? [{ device: read.name, driver: read.device.driver, reason: is.reason }] : [],
  );
  return {
    configuration: {
      definition: {
        ...definition,
        disks: inOrderOf(definition.disks, disks),
        networks: inOrderOf(definition.networks, networks),
      },
      machineType: hardware.machineType,
      cpuVendor: hardware.cpu.vendor,
      memoryBytes: hardware.memoryBytes,
      paused: status === 'paused',
    },
    hardware: { ...hardware, devices: found.map(({ read, is }) => connected(read.device, is)) },
    immovable,
  };
}

/** What a machine has of its own for what is plugged into it, by the command line's names. */
const OF_THE_MACHINE = /^(?:hotplug|virtio-scsi)\d+$/;

async function recognise(machine: Machine, read: ReadDevice, around: Surroundings): Promise<Recognised> {
  const { id, kind } = read;
  if (kind === 'built-in' || (kind === 'port' && OF_THE_MACHINE.test(id))) return 'of the machine';
  try {
    if (kind === 'disk') return await recogniseDisk(machine, read, around);
    if (kind === 'interface') return await recogniseInterface(machine, read, around);
    return { reason: 'Ferry builds no such device' };
  } catch (error) {
    if (!(error instanceof FerryError)) throw error;
    return { reason: error.message };
  }
}

async function recogniseDisk(
  { definition, volumes }: Machine,
  read: ReadDevice,
  around: Surroundings,
): Promise<Recognised> {
  const { medium: node, device } = read;
  if (node === null) return { reason: 'QEMU names no medium of it' };
  const medium = mediumOf(node, device.driver);
  if (medium.kind === 'unknown') return medium;
  const { serial = '' } = device.properties;
  if (serial !== '') return { reason: `it shows the guest the serial number ${serial}, which Ferry gives to no disk` };
  const known = definition.disks[volumes.findIndex((volume) => isVolume(medium, volume))];
  const { address } = device;
  if (known) return unlessRefused({ disk: { ...known, address } });
  const id = nameOf(read, definition.disks);
  return unlessRefused({ disk: { ...(await around.storage.recognise(medium)), id, address } });
}

async function recogniseInterface(
  { definition, ports }: Machine,
  read: ReadDevice,
  around: Surroundings,
): Promise<Recognised> {
  const { peer, device } = read;
  if (peer === null || 'unknown' in peer) return { reason: `it is connected to a netdev of type ${peer?.unknown}` };
  const { mac = '', romfile = '' } = device.properties;
  const port = ports.find((each) => each.mac === mac && each.tap === peer.tap);
  const known = definition.networks.find(({ id }) => id === port?.id);
  const network = known?.network ?? (await around.networks.networkOf(peer.tap));
  if (network === null) return { reason: `${peer.tap ?? 'its hub'} is on no virtual network of this host` };
  const id = known?.id ?? nameOf(read, definition.networks);
  const rom = romfile === '' ? {} : { rom: true };
  return unlessRefused({ network: { id, network, mac, ...rom, address: device.address } });
}

/** Whoever plugs in by hand is bound to nothing that a definition is bound to. */
async function unlessRefused(
  recognised: { disk: DiskDefinition } | { network: NetworkInterfaceDefinition },
): Promise<Recognised> {
  // Loaded where it is needed: an agent whose guest waits for it starts without.
  const { diskDefinition, networkInterface } = await import('@ferry/contracts/http');
  const { error } =
    'disk' in recognised ? diskDefinition.safeParse(recognised.disk) : networkInterface.safeParse(recognised.network);
  if (error === undefined) return recognised;
  return { reason: error.issues.map(({ path, message }) => `its ${path.join('.')} ${message}`).join('; ') };
}

/** What was plugged in keeps the id that it was given, as far as a definition can say it. */
function nameOf({ id, device }: ReadDevice, taken: readonly { id: string }[]): string {
  const isFree = (name: string) => isName(name) && !taken.some((other) => other.id === name);
  const place = device.address.replace(/[^a-z0-9]/g, '-');
  return [id, `plugged-${place}`].find(isFree) ?? `plugged-again-${place}`;
}

/** For the comparison: to which of the definition's disks and networks a device gives the guest access. */
function connected(device: GuestDevice, is: Recognised): GuestDevice {
  if (!isObject(is) || 'reason' in is) return device;
  const to = 'disk' in is ? { disk: is.disk.id } : { network: is.network.network };
  return { ...device, properties: { ...device.properties, ...to } };
}

/** The definition's own order; after it, by their addresses, those that were plugged in. */
function inOrderOf<T extends { id: string; address?: string }>(defined: readonly T[], found: readonly T[]): T[] {
  const order = new Map(defined.map(({ id }, index) => [id, index]));
  const rank = ({ id }: T) => order.get(id) ?? defined.length;
  return found.toSorted((a, b) => rank(a) - rank(b) || (a.address ?? '').localeCompare(b.address ?? ''));
}

function isObject<T>(value: T | string): value is T {
  return typeof value === 'object';
}
