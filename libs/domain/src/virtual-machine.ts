import type { DiskDefinition } from './disk.ts';
import type { GuestHardware } from './guest-hardware.ts';
import type { HostId, Instant, VmId } from './identifiers.ts';
import type { PciAddress } from './pci-address.ts';
import type { MigrationPolicy } from './policy.ts';

/** What a VM is made of. Every path is relative to the cluster's storage pool; the agent resolves it there and nowhere else. */
export interface VirtualMachineDefinition {
  id: VmId;
  uuid: string;
  machine: {
    /** A machine type that QEMU knows, such as `q35`. */
    type: string;
    /** On/off properties of the machine, such as `hpet: false`. */
    options: Record<string, boolean>;
    /** How many devices can be plugged into a q35 machine while it runs: none without it. */
    hotplugSlots?: number;
  };
  cpu: { model: string; count: number };
  memoryKiB: number;
  /** Direct kernel boot; without it the guest boots from its first disk. */
  boot?: { kernel: string; initrd: string; append: string };
  disks: DiskDefinition[];
  networks: NetworkInterfaceDefinition[];
  /** How it is moved, where whoever moves it says nothing else. */
  policy?: Partial<MigrationPolicy>;
}

export interface NetworkInterfaceDefinition {
  id: string;
  /** Name of the virtual network; each host maps it to a bridge of its own. */
  network: string;
  mac: string;
  /** It has the hypervisor's boot ROM, as one that was plugged in by hand may have. */
  rom?: boolean;
  /** Without one it has the first that is free. */
  address?: PciAddress;
}

/** The configuration as it was read from the running VM: what the destination has to build, and what it must agree on. */
export interface VirtualMachineConfiguration {
  definition: VirtualMachineDefinition;
  /** The versioned machine type in use (`pc-q35-7.2`): an alias may mean another machine elsewhere. */
  machineType: string;
  /** `GenuineIntel`, `AuthenticAMD`, …: the vendor that the guest's CPU shows. */
  cpuVendor: string;
  memoryBytes: number;
  /** Its CPUs were stopped by somebody: it arrives as it was, and runs when somebody says so. */
  paused: boolean;
}

/** Something of a running VM that Ferry can't build at another host. */
export interface ImmovableDevice {
  /** Its id; where it has none, where it is. */
  device: string;
  driver: string;
  reason: string;
}

/** A running VM by the word of its hypervisor. */
export interface VirtualMachineDescription {
  configuration: VirtualMachineConfiguration;
  hardware: GuestHardware;
  immovable: ImmovableDevice[];
}

export const VM_STATUSES = ['running', 'paused', 'receiving', 'settled', 'stopped', 'unknown'] as const;
/** `receiving`: an incomplete copy; `settled`: a copy that can't run by itself and waits for the record. */
export type VmStatus = (typeof VM_STATUSES)[number];

/** One copy of a VM, as the agent of its host sees it. */
export interface VirtualMachineReport {
  definition: VirtualMachineDefinition;
  status: VmStatus;
  /** Who may run the guest by the record on the witness, and since which generation. */
  owner: HostId | null;
  generation: number;
}

/** What an agent tells of its host. */
export interface HostReport {
  host: HostId;
  at: Instant;
  agentVersion: string;
  hypervisor: { type: 'qemu' | 'simulator'; version: string; accelerator: string };
  cpu: { vendor: string; count: number };
  memory: { totalBytes: number; freeBytes: number };
  migrationAddress: string;
  networks: string[];
  virtualMachines: VirtualMachineReport[];
}
