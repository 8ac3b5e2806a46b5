import type { HostId } from '@ferry/domain';
import { runCommand } from '../provision/run-command.ts';
import { clientAddress, migrationAddress, sanAddress, storageAddress } from './addresses.ts';
import { listNamespaces, namespaceName, removeNamespaces } from './namespaces.ts';

/** The bridge of each host that guests' taps join. */
export const hostBridge = 'br-lan';
const migrationInterface = 'migrate0';
const storageInterface = 'storage0';

/**
 * The lab's networks. Each box is a network namespace; nothing is made in the root namespace.
 *
 *     ┌ host-a ──────────┐   ┌ fabric ────────────────┐   ┌ client ──────┐
 *     │ taps ── br-lan ──┼───┼─ lan ────── lan-client ─┼───┼─ eth0        │
 *     │ migrate0 ────────┼───┼─ migration              │   │ 10.77.0.1    │
 *     └ 10.88.0.11 ──────┘   └────────────────────────┘   └──────────────┘
 *
 * Where the lab has a SAN, its box and the hosts' `storage0` are joined by a bridge `storage` in the same way.
 */
export class LabNetwork {
  readonly #tag: string;
  readonly #hosts: readonly HostId[];

  private constructor(tag: string, hosts: readonly HostId[]) {
    this.#tag = tag;
    this.#hosts = hosts;
  }

  /**
   * Makes the networks of a lab that has none yet.
   * @throws CommandFailed when the machine refuses; what was made until then is found by `down`
   */
  static async up(tag: string, hosts: readonly HostId[], { san = false } = {}): Promise<LabNetwork> {
    const network = new LabNetwork(tag, hosts);
    await network.#makeNamespace('fabric');
    await Promise.all([network.#makeBridge('fabric', 'lan'), network.#makeBridge('fabric', 'migration')]);
    await Promise.all([network.#makeClient(), ...hosts.map((host, index) => network.#makeHost(host, index + 1))]);
    if (san) await network.#makeStorage();
    return network;
  }

  /** Removes whatever there is of a lab's networks, also what a killed process left. */
  static async down(tag: string): Promise<void> {
    await removeNamespaces(tag);
  }

  /** The networks of a lab that another process made. */
  static adopt(tag: string, hosts: readonly HostId[]): LabNetwork {
    return new LabNetwork(tag, hosts);
  }

  static leftovers(tag: string): Promise<string[]> {
    return listNamespaces(tag);
  }

  get clientNamespace(): string {
    return namespaceName(this.#tag, 'client');
  }

  get sanNamespace(): string {
    return namespaceName(this.#tag, 'san');
  }

  hostNamespace(host: HostId): string {
    return namespaceName(this.#tag, host);
  }

  /** Cuts a host off the migration network, or joins it again. Neither end's TCP is told. */
  async setMigrationLink(host: HostId, state: 'up' | 'down'): Promise<void> {
    await this.#ip('fabric', 'link', 'set', migrationPort(this.#known(host)), state);
  }

  /** Bounds what a host sends into and gets from the migration network, in bytes a second; null takes the bound away. */
  async limitMigrationLink(host: HostId, bytesPerSecond: number | null): Promise<void> {
    const ends = [
      [this.hostNamespace(this.#known(host)), migrationInterface],
      [namespaceName(this.#tag, 'fabric'), migrationPort(host)],
    ] as const;
    await Promise.all(ends.map(([namespace, device]) => limit(namespace, device, bytesPerSecond)));
  }

  /** Bounds what a host writes to the SAN, in bytes a second; null takes the bound away. */
  async limitStorageLink(host: HostId, bytesPerSecond: number | null): Promise<void> {
    await limit(this.hostNamespace(this.#known(host)), storageInterface, bytesPerSecond, 4 * 1024);
  }

  /** Sets the largest packet that a host's bridge carries, in bytes. */
  async setBridgeMtu(host: HostId, bytes: number): Promise<void> {
    await this.#ip(this.#known(host), 'link', 'set', hostBridge, 'mtu', String(bytes));
  }

  /** Whether what a host sends into the migration network is lost on the way. What it is sent still arrives. */
  async muteMigrationLink(host: HostId, muted: boolean): Promise<void> {
    const namespace = this.hostNamespace(this.#known(host));
    if (!muted) return limit(namespace, migrationInterface, null);
    // No packet fits into the bucket, so each is dropped.
    const shape = ['tbf', 'rate', '8bit', 'burst', '1b', 'limit', '1b'];
    await runCommand('tc', ['-n', namespace, 'qdisc', 'replace', 'dev', migrationInterface, 'root', ...shape]);
  }

  /** What a host has sent into the migration network since the lab is up. */
  async bytesSent(host: HostId): Promise<number> {
    const inside = ['-n', this.hostNamespace(this.#known(host)), '-s', '-j', 'link', 'show', 'dev', migrationInterface];
    const [link] = JSON.parse(await runCommand('ip', inside)) as { stats64: { tx: { bytes: number } } }[];
    return link?.stats64.tx.bytes ?? 0;
  }

  /** How many TCP connections a host has over the migration network, as far as its kernel knows. */
  async migrationConnections(host: HostId): Promise<number> {
    const address = migrationAddress(this.#hosts.indexOf(this.#known(host)) + 1, false);
    const ask = ['ss', '-tnH', 'state', 'established', 'src', address];
    const told = await runCommand('ip', ['netns', 'exec', this.hostNamespace(host), ...ask]);
    return told.split('\n').filter(Boolean).length;
  }

  /** The host to which the fabric forwards what guests' network carries for an address; null where it would flood. */
  async hostTowards(mac: string): Promise<HostId | null> {
    const inside = ['-n', namespaceName(this.#tag, 'fabric'), '-j', 'fdb', 'show', 'br', 'lan'];
    const entries = JSON.parse(await runCommand('bridge', inside)) as { mac: string; ifname: string }[];
    const port = entries.find((entry) => entry.mac === mac)?.ifname;
    return this.#hosts.find((host) => lanPort(host) === port) ?? null;
  }

  async #makeHost(host: HostId, number: number): Promise<void> {
    await this.#makeNamespace(host);
    await this.#makeBridge(host, hostBridge);
    await this.#plug(host, 'uplink', 'lan', lanPort(host));
    await this.#ip(host, 'link', 'set', 'uplink', 'master', hostBridge);
    await this.#plug(host, migrationInterface, 'migration', migrationPort(host));
    await this.#ip(host, 'address', 'add', `${migrationAddress(number, false)}/24`, 'dev', migrationInterface);
  }

  async #makeStorage(): Promise<void> {
    await Promise.all([this.#makeNamespace('san'), this.#makeBridge('fabric', 'storage')]);
    const ends = [['san', sanAddress], ...this.#hosts.map((host, index) => [host, storageAddress(index + 1)])] as const;
    for (const [part = '', address = ''] of ends) {
      await this.#plug(part, storageInterface, 'storage', storagePort(part));
      await this.#ip(part, 'address', 'add', `${address}/24`, 'dev', storageInterface);
    }
  }

  async #makeClient(): Promise<void> {
    await this.#makeNamespace('client');
    await this.#plug('client', 'eth0', 'lan', lanPort('client'));
    await this.#ip('client', 'address', 'add', `${clientAddress}/24`, 'dev', 'eth0');
    // A guest that is just coming up is asked for again soon, not once a second.
    await this.#ip('client', 'ntable', 'change', 'name', 'arp_cache', 'dev', 'eth0', 'retrans', '50');
  }

  async #makeNamespace(part: string): Promise<void> {
    await runCommand('ip', ['netns', 'add', namespaceName(this.#tag, part)]);
    await this.#ip(part, 'link', 'set', 'lo', 'up');
  }

  async #makeBridge(part: string, bridge: string): Promise<void> {
    // A new port must forward at once, and the fabric has no loops.
    const settings = ['stp_state', '0', 'forward_delay', '0', 'mcast_snooping', '0'];
    await this.#ip(part, 'link', 'add', bridge, 'type', 'bridge', ...settings);
    await this.#ip(part, 'link', 'set', bridge, 'addrgenmode', 'none', 'up');
  }

  /** Joins a part to a bridge of the fabric. Both ends are made where they belong, never in the root namespace. */
  async #plug(part: string, device: string, bridge: string, port: string): Promise<void> {
    const peer = ['peer', 'name', port, 'netns', namespaceName(this.#tag, 'fabric')];
    await this.#ip(part, 'link', 'add', device, 'type', 'veth', ...peer);
    await this.#ip(part, 'link', 'set', device, 'addrgenmode', 'none', 'up');
    await this.#ip('fabric', 'link', 'set', port, 'master', bridge, 'addrgenmode', 'none', 'up');
  }

  async #ip(part: string, ...args: string[]): Promise<void> {
    await runCommand('ip', ['-n', namespaceName(this.#tag, part), ...args]);
  }

  #known(host: HostId): HostId {
    if (!this.#hosts.includes(host)) throw new RangeError(`the lab has no host ${host}`);
    return host;
  }
}

/** @param leastBurst of bytes that are sent at once after a while of silence; a few of the segments that the card would be given */
async function limit(
  namespace: string,
  device: string,
  bytesPerSecond: number | null,
  leastBurst = 256 * 1024,
): Promise<void> {
  const inside = ['-n', namespace, 'qdisc'];
  if (bytesPerSecond === null) {
    const shaped = await runCommand('tc', [...inside, 'show', 'dev', device]);
    if (shaped.includes('tbf')) await runCommand('tc', [...inside, 'delete', 'dev', device, 'root']);
    return;
  }
  // Ten milliseconds' worth.
  const burst = Math.max(leastBurst, Math.ceil(bytesPerSecond / 100));
  const shape = ['tbf', 'rate', `${bytesPerSecond}bps`, 'burst', `${burst}b`, 'latency', '50ms'];
  await runCommand('tc', [...inside, 'replace', 'dev', device, 'root', ...shape]);
}

function lanPort(part: string): string {
  return `lan-${part}`;
}

function migrationPort(host: HostId): string {
  return `mig-${host}`;
}

function storagePort(part: string): string {
  return `sto-${part}`;
}
