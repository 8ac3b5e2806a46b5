import type { FerryClient } from '@ferry/client';
import type { HostId, VmId } from '@ferry/domain';
import { readCounter, type CounterReport } from './guest/counter.ts';
import type { Dirtying } from './guest/disk.ts';
import type { DiskFormat } from './guest/image-frame.ts';
import { guestDefinition } from './guest-definition.ts';
import type { GuestDisks } from './guest-disks.ts';
import type { SanDiskKind } from './lab-storage.ts';
import { guestAddress, guestMac, guestPrefix } from './network/addresses.ts';
import type { GuestProbe } from './probe/guest-probe.ts';
import type { PoolContent } from './storage-pool.ts';
import { until } from './until.ts';

export interface GuestOptions {
  readonly host: HostId;
  /** What the guest writes to from the start; without it, nothing. */
  readonly dirty?: Dirtying;
  /** It is there and does nothing: it counts nothing, and answers nobody. */
  readonly blank?: boolean;
  /** Of its image; the lab's own unless it is said. */
  readonly format?: DiskFormat;
  /** As what it is given its LUN; as the lab’s are unless it is said. */
  readonly diskKind?: SanDiskKind;
  /** How many it has, 1 unless it is said. It uses the first; the others are only there. */
  readonly interfaces?: number;
}

/** What guests need of their lab. */
export interface GuestSurroundings {
  readonly disks: GuestDisks;
  readonly client: FerryClient;
  readonly pool: PoolContent;
  /** Starts a probe of an address; null where there is no network to probe. */
  readonly probe: ((address: string) => GuestProbe) | null;
}

const answersWithinMs = 60_000;

/** The guests of a lab, numbered in the order they are made. */
export class LabGuests {
  readonly #surroundings: GuestSurroundings;
  readonly #probes = new Map<VmId, GuestProbe>();
  readonly #names = new Set<VmId>();
  #count = 0;

  constructor(surroundings: GuestSurroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Makes a guest's disk, starts the guest through the API, and waits until it answers its client and counts: it
   * answers before it has counted for the first time, and whoever compares two counts needs a first one.
   * @throws FerryProblem when the API refuses
   */
  async create(
    name: VmId,
    { host, dirty, blank = false, format, diskKind, interfaces = 1 }: GuestOptions,
  ): Promise<void> {
    const { disks, client } = this.#surroundings;
    const { machine, savedState } = this.#surroundings.pool;
    const number = ++this.#count;
    const ip = guestAddress(number);
    const macs = Array.from({ length: interfaces }, (_, at) => guestMac(number, at));
    const [mac = ''] = macs;
    const personality = { ip, prefix: guestPrefix, mac, ...(dirty === undefined ? {} : { dirty }) };
    const disk = await disks.create(name, {
      bytes: machine.diskBytes,
      ...(!blank && { personality }),
      ...(format && { format }),
      ...(diskKind && { diskKind }),
    });
    await client.startVirtualMachine({
      definition: guestDefinition(machine, name, { disk, macs }),
      host,
      // What was saved had another disk, and one interface: a guest of another kind boots.
      savedState: disk.kind === 'pass-through' || interfaces > 1 ? null : savedState,
    });
    this.#names.add(name);
    if (blank) return;
    await this.watch(name, ip);
    await until(
      `${name} counts`,
      () => this.counter(name),
      ({ sequence }) => sequence > 0,
      answersWithinMs,
    );
  }

  /** Begins to watch a guest, also one that was not made here, as soon as it answers. Does nothing in a simulated lab. */
  async watch(name: VmId, address: string): Promise<void> {
    const probe = this.#surroundings.probe?.(address);
    if (probe === undefined) return;
    this.#probes.set(name, probe);
    await probe.open(answersWithinMs);
  }

  get disks(): GuestDisks {
    return this.#surroundings.disks;
  }

  get diskBytes(): number {
    return this.#surroundings.pool.machine.diskBytes;
  }

  /** What the guest's client sees; null in a simulated lab. */
  probe(name: VmId): GuestProbe | null {
    return this.#probes.get(name) ?? null;
  }

  /** What the guest counted on its disk until now. */
  counter(name: VmId): Promise<CounterReport> {
    const { disks } = this.#surroundings;
    return readCounter(disks.file(name), disks.formatOf(name));
  }

  /** Stops those that run, and ends their probes. Their disks stay. */
  async end(): Promise<void> {
    const { client } = this.#surroundings;
    await this.closeProbes();
    const stops = [...this.#names].map(async (name) => {
      const { status } = await client.virtualMachine(name);
      if (status !== 'stopped') await client.stopVirtualMachine(name);
    });
    await Promise.all(stops);
    this.#names.clear();
  }

  async closeProbes(): Promise<void> {
    await Promise.all([...this.#probes.values()].map((probe) => probe.close()));
    this.#probes.clear();
  }
}
