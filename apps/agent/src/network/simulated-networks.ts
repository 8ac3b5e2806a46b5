import { FerryError, type VirtualMachineDefinition } from '@ferry/domain';
import type { Port, VirtualNetworks } from './port.ts';

/** Virtual networks in name only, for machines on which the agent may not make taps. Its guests reach nobody. */
export class SimulatedNetworks implements VirtualNetworks {
  readonly names: readonly string[];
  readonly #networks: ReadonlyMap<string, string>;

  constructor(networks: ReadonlyMap<string, string>) {
    this.#networks = networks;
    this.names = [...networks.keys()];
  }

  mtus(networks: Iterable<string>): Promise<Record<string, number | null>> {
    const mtuOf = (network: string) => (this.#networks.has(network) ? 1_500 : null);
    return Promise.resolve(Object.fromEntries([...networks].map((network) => [network, mtuOf(network)])));
  }

  /** Where there is but one network, everything is on it. */
  networkOf(tap: string | null): Promise<string | null> {
    const [only, ...others] = this.names;
    return Promise.resolve(tap === null && only !== undefined && others.length === 0 ? only : null);
  }

  attach({ networks }: VirtualMachineDefinition): Promise<Port[]> {
    const ports = networks.map(({ id, network, mac }) => {
      const bridge = this.#networks.get(network);
      if (bridge === undefined) throw new FerryError('NETWORK_UNKNOWN', `network ${network} is not configured here`);
      return { id, mac, bridge, tap: null };
    });
    return Promise.resolve(ports);
  }

  detach(): Promise<void> {
    return Promise.resolve();
  }

  forwards(): Promise<boolean> {
    return Promise.resolve(true);
  }

  removeLeftovers(): Promise<string[]> {
    return Promise.resolve([]);
  }

  inside(command: readonly string[]): string[] {
    return [...command];
  }
}
