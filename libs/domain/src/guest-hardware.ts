import type { PciAddress } from './pci-address.ts';

/** The machine as its guest knows it, by the hypervisor's word. Both ends of a migration have to have the same. */
export interface GuestHardware {
  machineType: string;
  memoryBytes: number;
  cpu: {
    /** The hypervisor's name for the model: `qemu64-x86_64-cpu`. */
    type: string;
    vendor: string;
    count: number;
    /** By register, such as `7.0 EBX`: the bits that are set of what the guest's CPU says it can. */
    features: Record<string, number>;
  };
  devices: GuestDevice[];
}

/** A device on one of the guest's buses. */
export interface GuestDevice {
  /** A `PciAddress` as far as there is one; else the hypervisor's names for bus and place. */
  address: PciAddress;
  driver: string;
  /** What the guest can tell of it, and what it is connected to by the definition. */
  properties: Record<string, string>;
}

/** What the guest would find changed, in words; empty where it would notice nothing. */
export function differencesBetween(there: GuestHardware, here: GuestHardware): string[] {
  return [
    ...differs('the machine type', there.machineType, here.machineType),
    ...differs('the memory in bytes', there.memoryBytes, here.memoryBytes),
    ...differs('the CPU model', there.cpu.type, here.cpu.type),
    ...differs('the CPU’s vendor', there.cpu.vendor, here.cpu.vendor),
    ...differs('the number of CPUs', there.cpu.count, here.cpu.count),
    ...namesOf(there.cpu.features, here.cpu.features).flatMap((register) =>
      differs(`CPUID ${register}`, bits(there.cpu.features[register]), bits(here.cpu.features[register])),
    ),
    ...differencesOfDevices(there.devices, here.devices),
  ];
}

function differencesOfDevices(there: readonly GuestDevice[], here: readonly GuestDevice[]): string[] {
  const [sent, built] = [byAddress(there), byAddress(here)];
  return [...new Set([...sent.keys(), ...built.keys()])].flatMap((address) => {
    const [wanted, found] = [sent.get(address), built.get(address)];
    if (wanted?.driver !== found?.driver) {
      return differs(`the device at ${address}`, wanted?.driver ?? 'none', found?.driver ?? 'none');
    }
    // What only one of two releases of a hypervisor speaks of is no difference that the guest could see.
    const shared = Object.keys(wanted?.properties ?? {}).filter((name) => found?.properties[name] !== undefined);
    return shared.flatMap((name) =>
      differs(`${name} of the ${wanted?.driver} at ${address}`, wanted?.properties[name], found?.properties[name]),
    );
  });
}

function byAddress(devices: readonly GuestDevice[]): Map<PciAddress, GuestDevice> {
  return new Map(devices.map((device) => [device.address, device]));
}

function differs<T extends string | number>(what: string, there: T | undefined, here: T | undefined): string[] {
  return there === here ? [] : [`${what} is ${here} here and ${there} at the source`];
}

function namesOf(...records: object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function bits(value = 0): string {
  return `0x${value.toString(16)}`;
}
