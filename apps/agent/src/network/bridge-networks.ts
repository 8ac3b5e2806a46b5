import { FerryError, type VirtualMachineDefinition } from '@ferry/domain';
import type { Port, VirtualNetworks } from './port.ts';
import { runCommand } from './run-command.ts';
import { tapName } from './tap-name.ts';

export interface BridgeNetworksOptions {
  /** Virtual network → bridge of this host. */
  networks: ReadonlyMap<string, string>;
  /** The network namespace in which bridges and taps are; the agent's own without one. */
  namespace: string | undefined;
  tapPrefix: string;
}

interface Link {
  name: string;
  mtu: number;
  /** The bridge that it is a port of. */
  master?: string;
}

/** Virtual networks as Linux bridges, with a tap a VM and interface. */
export class BridgeNetworks implements VirtualNetworks {
  readonly names: readonly string[];
  readonly #options: BridgeNetworksOptions;
  /** Options of `ip` and `bridge` that make them act in the namespace. */
  readonly #where: readonly string[];
  /** A look at the bridges that is under way: who asks for many VMs at once needs one. */
  #look: Promise<Link[]> | null = null;

  constructor(options: BridgeNetworksOptions) {
    this.#options = options;
    this.#where = options.namespace === undefined ? [] : ['-n', options.namespace];
    this.names = [...options.networks.keys()];
  }

  async mtus(networks: Iterable<string>): Promise<Record<string, number | null>> {
    const wanted = [...networks];
    const bridges = wanted.length === 0 ? [] : await this.#bridges();
    const mtuOf = new Map(bridges.map(({ name, mtu }) => [name, mtu]));
    return Object.fromEntries(
      wanted.map((network) => [network, mtuOf.get(this.#options.networks.get(network) ?? '') ?? null]),
    );
  }

  async networkOf(tap: string | null): Promise<string | null> {
    const bridge = tap === null ? undefined : (await this.#links([])).find(({ name }) => name === tap)?.master;
    return this.names.find((name) => bridge !== undefined && this.#options.networks.get(name) === bridge) ?? null;
  }

  async attach({ id: vm, networks }: VirtualMachineDefinition): Promise<Port[]> {
    const ports = networks.map(({ id, network, mac }) => {
      const bridge = this.#options.networks.get(network);
      if (bridge === undefined) throw new FerryError('NETWORK_UNKNOWN', `network ${network} is not configured here`);
      return { id, mac, bridge, tap: tapName(this.#options.tapPrefix, vm, id) };
    });
    const commands = ports.flatMap(({ tap, bridge }) => [
      `tuntap add dev ${tap} mode tap`,
      `link set dev ${tap} master ${bridge} up`,
    ]);
    if (commands.length === 0) return [];
    try {
      await this.#batch(commands);
    } catch {
      // What is left of an earlier copy of this VM is in the way.
      await this.detach(ports);
      await this.#batch(commands).catch(async (error: unknown) => {
        await this.detach(ports);
        throw error;
      });
    }
    return ports;
  }

  async detach(ports: readonly Port[]): Promise<void> {
    const taps = ports.flatMap(({ tap }) => (tap === null ? [] : [tap]));
    if (taps.length > 0) await this.#remove(taps);
  }

  async forwards({ tap, bridge, mac }: Port): Promise<boolean> {
    if (tap === null) return true;
    const text = await runCommand('bridge', [...this.#where, '-j', 'fdb', 'show', 'br', bridge]);
    const entries = JSON.parse(text) as { mac: string; ifname: string }[];
    return entries.some((entry) => entry.mac === mac && entry.ifname === tap);
  }

  async removeLeftovers(owned: readonly Port[]): Promise<string[]> {
    const kept = new Set(owned.map(({ tap }) => tap));
    const names = (await this.#links([])).map(({ name }) => name);
    const taps = names.filter((name) => name.startsWith(this.#options.tapPrefix) && !kept.has(name));
    if (taps.length > 0) await this.#remove(taps);
    return taps;
  }

  inside(command: readonly string[]): string[] {
    const { namespace } = this.#options;
    return namespace === undefined ? [...command] : ['ip', 'netns', 'exec', namespace, ...command];
  }

  #bridges(): Promise<Link[]> {
    this.#look ??= this.#links(['type', 'bridge']).finally(() => (this.#look = null));
    return this.#look;
  }

  async #remove(taps: readonly string[]): Promise<void> {
    const remove = (names: readonly string[]) => this.#batch(names.map((tap) => `link delete dev ${tap}`));
    try {
      await remove(taps);
    } catch {
      // Some are gone already.
      const present = new Set((await this.#links([])).map(({ name }) => name));
      const left = taps.filter((tap) => present.has(tap));
      if (left.length > 0) await remove(left);
    }
  }

  async #links(filter: readonly string[]): Promise<Link[]> {
    const text = await runCommand('ip', [...this.#where, '-j', 'link', 'show', ...filter]);
    if (text.trim() === '') return [];
    const links = JSON.parse(text) as Partial<Link & { ifname: string }>[];
    // What a filter leaves out is an empty object.
    return links.flatMap(({ ifname: name, mtu, master }) =>
      name === undefined || mtu === undefined ? [] : { name, mtu, ...(master !== undefined && { master }) },
    );
  }

  /** One process for many commands: each would cost as much as all of them. */
  async #batch(commands: readonly string[]): Promise<void> {
    await runCommand('ip', [...this.#where, '-batch', '-'], `${commands.join('\n')}\n`);
  }
}
