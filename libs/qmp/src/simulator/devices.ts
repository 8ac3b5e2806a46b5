import type { Commands, Events } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import type { MachineConfiguration } from './command-line.ts';

type Device = Record<string, string>;

/** The devices that it can be given at run time. */
const KNOWN = ['virtio-blk-pci', 'virtio-net-pci', 'virtio-rng-pci', 'pcie-root-port'];
const firstFreeSlot = 2;

/** The machine's own PCI bus. */
export function rootBus({ machineType }: MachineConfiguration): 'pcie.0' | 'pci.0' {
  return machineType.includes('q35') ? 'pcie.0' : 'pci.0';
}

/** Devices and their connections as they come and go while a simulator runs; the modelled guest lets go of one at once. */
export class Devices {
  readonly #configuration: MachineConfiguration;
  readonly #emit: (event: 'DEVICE_DELETED', data: Events['DEVICE_DELETED']) => void;

  constructor(
    configuration: MachineConfiguration,
    emit: (event: 'DEVICE_DELETED', data: Events['DEVICE_DELETED']) => void,
  ) {
    this.#configuration = configuration;
    this.#emit = emit;
    for (const device of configuration.devices) this.#place(device);
  }

  add(args: Commands['device_add']['arguments']): void {
    const { devices, blockNodes, netdevs } = this.#configuration;
    const device = textsOf(args);
    const { driver = '', id, drive, netdev } = device;
    if (!KNOWN.includes(driver)) throw new CommandError(`'${driver}' is not a valid device model name`);
    if (id !== undefined && devices.some((other) => other['id'] === id))
      throw new CommandError(`Duplicate device ID '${id}'`);
    const bus = device['bus'] ?? rootBus(this.#configuration);
    if (bus === 'pcie.0') throw new CommandError("Bus 'pcie.0' does not support hotplugging");
    if (bus !== 'pci.0' && !devices.some((port) => port['driver'] === 'pcie-root-port' && port['id'] === bus))
      throw new CommandError(`Bus '${bus}' not found`);
    if (drive !== undefined && !blockNodes.some(({ nodeName }) => nodeName === drive))
      throw new CommandError(`Property '${driver}.drive' can't find value '${drive}'`);
    if (drive !== undefined && devices.some((other) => other['drive'] === drive))
      throw new CommandError(`Block device '${drive}' is already in use`);
    if (netdev !== undefined && !netdevs.some((other) => other['id'] === netdev))
      throw new CommandError(`Property '${driver}.netdev' can't find value '${netdev}'`);
    devices.push(this.#place({ ...device, hotplugged: 'on' }));
  }

  remove(id: string): void {
    const { devices } = this.#configuration;
    const at = devices.findIndex((device) => device['id'] === id);
    if (at < 0) throw new CommandError(`Device '${id}' not found`, 'DeviceNotFound');
    if (devices[at]?.['bus'] === 'pcie.0') throw new CommandError("Bus 'pcie.0' does not support hotplugging");
    devices.splice(at, 1);
    this.#emit('DEVICE_DELETED', { device: id, path: `/machine/peripheral/${id}` });
  }

  addNetdev(args: Commands['netdev_add']['arguments']): void {
    const { netdevs } = this.#configuration;
    const netdev = textsOf(args);
    if (netdevs.some((other) => other['id'] === netdev['id'])) throw new CommandError(`Duplicate ID '${netdev['id']}'`);
    netdevs.push(netdev);
  }

  removeNetdev(id: string): void {
    const { netdevs } = this.#configuration;
    const at = netdevs.findIndex((netdev) => netdev['id'] === id);
    if (at < 0) throw new CommandError(`Device '${id}' not found`, 'DeviceNotFound');
    netdevs.splice(at, 1);
  }

  /** Gives a device bus and address, as QEMU writes them: `03.0`. */
  #place(device: Device): Device {
    const bus = device['bus'] ?? rootBus(this.#configuration);
    const others = this.#configuration.devices.filter((other) => other !== device && other['bus'] === bus);
    const taken = new Set(others.map((other) => other['addr']));
    const given = device['addr'];
    let slot = bus.startsWith('pci') ? firstFreeSlot : 0;
    while (given === undefined && taken.has(written(slot, 0))) slot += 1;
    const [at, part = '0'] = (given ?? `0x${slot.toString(16)}`).split('.');
    const addr = written(Number.parseInt(at ?? '0', 16), Number.parseInt(part, 16));
    if (taken.has(addr)) throw new CommandError(`PCI: slot ${Number.parseInt(at ?? '0', 16)} function 0 not available`);
    return Object.assign(device, { bus, addr });
  }
}

function written(slot: number, part: number): string {
  return `${slot.toString(16).padStart(2, '0')}.${part}`;
}

function textsOf(args: object): Device {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, value === true ? 'on' : value === false ? 'off' : String(value)]),
  );
}
