import type { VirtualMachineDefinition } from '@ferry/domain';

/** A VM's connection to a virtual network on this host. */
export interface Port {
  /** Id of the interface in the definition. */
  id: string;
  mac: string;
  bridge: string;
  /** The tap; without one the interface is on no network. */
  tap: string | null;
}

/** The virtual networks of this host. Drivers lie beside this file. */
export interface VirtualNetworks {
  readonly names: readonly string[];
  /** The largest packet that each network carries, in bytes; null where it is not configured or its bridge is not there. */
  mtus(networks: Iterable<string>): Promise<Record<string, number | null>>;
  /** The virtual network that a tap which somebody else has made is on; null where it is on none. Without a tap: of an interface without one. */
  networkOf(tap: string | null): Promise<string | null>;
  /** Makes the VM's ports, or finds them made. Throws `NETWORK_UNKNOWN`. */
  attach(definition: VirtualMachineDefinition): Promise<Port[]>;
  detach(ports: readonly Port[]): Promise<void>;
  /** Whether the fabric forwards to this port what is for its address. */
  forwards(port: Port): Promise<boolean>;
  /** Removes ports of this host that belong to none of `owned`; names them. */
  removeLeftovers(owned: readonly Port[]): Promise<string[]>;
  /** The command that runs `command` where the ports are. */
  inside(command: readonly string[]): string[];
}
