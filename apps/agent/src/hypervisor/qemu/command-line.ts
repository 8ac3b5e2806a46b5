import type { VirtualMachineDefinition } from '@ferry/domain';
import type { Port } from '../../network/port.ts';
import type { Volume } from '../../storage/port.ts';
import { backendArguments, deviceArguments } from './disk-arguments.ts';

/** Where QEMU's control socket lies, from the directory it runs in: a whole path may be too long for a socket's name. */
export const MONITOR_SOCKET = 'qmp.sock';
export const CONSOLE_FILE = 'serial.log';

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
  const options = Object.entries(definition.machine.options).map(([name, on]) => `,${name}=${on ? 'on' : 'off'}`);
  return [
    '-nodefaults',
    '-no-user-config',
    ...['-display', 'none'],
    ...['-name', `guest=${definition.id}`],
    ...['-uuid', definition.uuid],
    ...['-machine', `${machineType}${options.join('')}`],
    ...['-accel', accelerator],
    ...['-cpu', definition.cpu.model],
    ...['-smp', String(definition.cpu.count)],
    ...['-m', `size=${definition.memoryKiB}k`],
    ...bootArguments(input),
    ...volumes.flatMap((volume, index) => diskArguments(input, volume, index)),
    ...ports.flatMap((port, index) => interfaceArguments(port, index, volumes.length + index)),
    ...['-serial', `file:${CONSOLE_FILE}`],
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

/** Slots are given, since the devices' places are part of what is migrated; 0 and 1 are the chipset's. */
function slot(index: number): string {
  return `addr=0x${(index + 2).toString(16)}`;
}

function diskArguments(input: CommandLineInput, volume: Volume, index: number): string[] {
  const node = `disk${index}`;
  return [...backendArguments(volume, node, input), ...deviceArguments(volume, { index, node, slot: slot(index) })];
}

function interfaceArguments({ mac, tap }: Port, index: number, place: number): string[] {
  const backend = tap === null ? `hubport,hubid=${index}` : `tap,ifname=${tap},script=no,downscript=no`;
  return [
    ...['-netdev', `${backend},id=net${index}`],
    ...['-device', `virtio-net-pci,id=virtio-net${index},netdev=net${index},mac=${mac},romfile=,${slot(place)}`],
  ];
}

function pathOf({ paths }: CommandLineInput, path: string): string {
  const real = paths.get(path);
  if (real === undefined) throw new Error(`${path} was not resolved`);
  return real;
}
