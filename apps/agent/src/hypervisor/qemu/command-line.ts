import { addressesOf, HOTPLUG_BUS_SLOT, type PciAddress, type VirtualMachineDefinition } from '@ferry/domain';
import type { Port } from '../../network/port.ts';
import type { Volume } from '../../storage/port.ts';
import { backendArguments, deviceArguments } from './disk-arguments.ts';
import { CONSOLE_FILE } from './shorten-console.ts';

/** Where QEMU's control socket lies, from the directory it runs in: a whole path may be too long for a socket's name. */
export const MONITOR_SOCKET = 'qmp.sock';

export interface CommandLineInput {
  /** Checked against its schema: nothing in it can end an option and begin another. */
  definition: VirtualMachineDefinition;
  /** The versioned machine type where it is known; else the definition's. */
  machineType: string;
  accelerator: string;
  ports: readonly Port[];
  /** The real paths of what it boots from, by the path in the definition. */
  paths: ReadonlyMap<string, string>;
  /** What the definition's disks lie on, in their order. */
  volumes: readonly Volume[];
  /** `defer`: waits for a migration. `fd:3`: goes on from a saved state that it inherits. `null`: boots. */
  incoming: 'defer' | 'fd:3' | null;
  /** Whether QEMU locks the images against other writers. */
  imageLocks: boolean;
}

/**
 * QEMU's arguments for a VM, its CPUs standing still until they are started. Pure: equal input gives an equal machine,
 * which is what both ends of a migration have to be.
 */
export function commandLine(input: CommandLineInput): string[] {
  const { definition, machineType, accelerator, ports, volumes, incoming } = input;
  const addresses = addressesOf(definition);
  const options = Object.entries(definition.machine.options).map(([name, on]) => `,${name}=${on ? 'on' : 'off'}`);
  return [
    '-nodefaults',
    '-no-user-config',
    ...['-display', 'none'],
    // Its threads have names by which `letSenderGoFirst` knows them.
    ...['-name', `guest=${definition.id},debug-threads=on`],
    ...['-uuid', definition.uuid],
    ...['-machine', `${machineType}${options.join('')}`],
    ...['-accel', accelerator],
    ...['-cpu', definition.cpu.model],
    ...['-smp', String(definition.cpu.count)],
    ...['-m', `size=${definition.memoryKiB}k`],
    ...bootArguments(input),
    ...hotplugArguments(definition),
    ...volumes.flatMap((volume, index) => diskArguments(input, volume, index, addresses.disks[index])),
    ...ports.flatMap((port, index) => interfaceArguments(input, port, index, addresses.networks[index])),
    // Appended to, so that it can be made shorter meanwhile.
    ...['-chardev', `file,id=console,path=${CONSOLE_FILE},append=on`, '-serial', 'chardev:console'],
    ...['-qmp', `unix:${MONITOR_SOCKET},server=on,wait=off`],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-msg', 'timestamp=on'],
    '-S',
    ...(incoming === null ? [] : ['-incoming', incoming]),
  ];
}

/** The paths of a definition that are not a disk's. */
export function pathsOf({ boot }: VirtualMachineDefinition): string[] {
  return boot ? [boot.kernel, boot.initrd] : [];
}

function bootArguments(input: CommandLineInput): string[] {
  const { boot } = input.definition;
  if (!boot) return [];
  return ['-kernel', pathOf(input, boot.kernel), '-initrd', pathOf(input, boot.initrd), '-append', boot.append];
}

/** Of an address, which is always given: the devices' places are part of what is migrated. */
function at(address: PciAddress = ''): string {
  return address.startsWith('hotplug')
    ? `bus=${address},addr=0x0`
    : `addr=0x${Number.parseInt(address, 16).toString(16)}`;
}

/** A q35 machine takes devices while it runs only behind ports that it has had from the start. */
function hotplugArguments({ machine }: VirtualMachineDefinition): string[] {
  return Array.from({ length: machine.hotplugSlots ?? 0 }, (_, index) => {
    const place = `multifunction=on,addr=0x${HOTPLUG_BUS_SLOT.toString(16)}.${index}`;
    return ['-device', `pcie-root-port,id=hotplug${index},chassis=${index + 1},slot=${index},${place}`];
  }).flat();
}

function diskArguments(input: CommandLineInput, volume: Volume, index: number, address?: PciAddress): string[] {
  const node = `disk${index}`;
  return [...backendArguments(volume, node, input), ...deviceArguments(volume, { index, node, slot: at(address) })];
}

function interfaceArguments(
  { definition }: CommandLineInput,
  { mac, tap }: Port,
  index: number,
  address?: PciAddress,
): string[] {
  const backend = tap === null ? `hubport,hubid=${index}` : `tap,ifname=${tap},script=no,downscript=no`;
  const rom = definition.networks[index]?.rom === true ? '' : 'romfile=,';
  return [
    ...['-netdev', `${backend},id=net${index}`],
    ...['-device', `virtio-net-pci,id=virtio-net${index},netdev=net${index},mac=${mac},${rom}${at(address)}`],
  ];
}

function pathOf({ paths }: CommandLineInput, path: string): string {
  const real = paths.get(path);
  if (real === undefined) throw new Error(`${path} was not resolved`);
  return real;
}
