import type { FerryClient } from '@ferry/client';
import type { HandleRecord, HostId, VmId } from '@ferry/domain';
import { resolve } from 'node:path';
import { processNames, type Addresses } from './control-plane.ts';
import type { CounterReport } from './guest/counter.ts';
import { LabGuests, type GuestOptions } from './lab-guests.ts';
import { checkout, LabLayout } from './lab-layout.ts';
import type { LabOptions } from './lab-options.ts';
import { processPart, serverPart, type LabPart } from './lab-part.ts';
import { clearGround, startParts, type LabParts } from './lab-start.ts';
import { writeLabState } from './lab-state.ts';
import type { GuestDisks } from './guest-disks.ts';
import { DISK_FORMATS, SAN_DISKS } from './lab-storage.ts';
import { labTag } from './lab-tag.ts';
import type { LabNetwork } from './network/lab-network.ts';
import { GuestProbe } from './probe/guest-probe.ts';
import type { ProcessRegistry } from './processes/process-registry.ts';
import { PoolDisks } from './pool-disks.ts';
import { provision } from './provision/provision.ts';
import type { San } from './san/san.ts';
import { fillStoragePool } from './storage-pool.ts';
import { takeDown } from './take-down.ts';
import { witnessRecord } from './witness-record.ts';

/** A data centre on one machine: hosts, control plane and servers, all of it real unless it is simulated. */
export class Lab {
  readonly layout: LabLayout;
  readonly #parts: LabParts;
  readonly #guests: LabGuests;

  private constructor(layout: LabLayout, parts: LabParts, guests: LabGuests) {
    this.layout = layout;
    this.#parts = parts;
    this.#guests = guests;
  }

  /**
   * Brings a lab up, its parts side by side. What an earlier run left in its folder is taken down and removed first.
   * @throws LabInUse when another living process is in charge of the folder
   * @throws ProvisioningFailed when something it can't do without is missing
   * @throws RangeError when a simulated lab is to have a SAN
   * @throws whatever a part fails with, after everything was taken down
   */
  static async start(options: LabOptions): Promise<Lab> {
    const layout = new LabLayout(resolve(options.directory));
    const say = options.onProgress ?? (() => undefined);
    const { storage = 'files' } = options;
    const san = SAN_DISKS[storage] !== null;
    if (san && options.simulated)
      throw new RangeError(`the stand-in for QEMU reaches no SAN: --storage ${storage} is for the real lab`);
    const provisioned = await provision({ root: checkout, say, san });
    await clearGround(layout, say);
    try {
      const parts = await startParts(layout, provisioned, options);
      const pool = await fillStoragePool(layout.storagePool, provisioned, parts.state.simulated);
      const { client, network } = parts;
      const probe =
        network &&
        ((ip: string) => GuestProbe.start(labTag(layout.root), network.clientNamespace, ip, options.environment));
      return new Lab(
        layout,
        parts,
        new LabGuests({ disks: parts.san ?? new PoolDisks(layout, DISK_FORMATS[storage]), client, pool, probe }),
      );
    } catch (error) {
      await takeDown(layout);
      throw error;
    }
  }

  /**
   * Takes down what any run left of a lab, also one that was killed. Does nothing where there is no lab.
   * @throws LabLeftovers when something of it can't be removed
   */
  static async reap(directory: string): Promise<void> {
    await takeDown(new LabLayout(resolve(directory)));
  }

  get hosts(): readonly HostId[] {
    return this.#parts.state.hosts;
  }

  get simulated(): boolean {
    return this.#parts.state.simulated;
  }

  get addresses(): Addresses {
    return this.#parts.addresses;
  }

  /** Asks the API, as the lab's actor. */
  get client(): FerryClient {
    return this.#parts.client;
  }

  /** Null in a simulated lab. */
  get network(): LabNetwork | null {
    return this.#parts.network;
  }

  /** Null unless guests have LUNs. */
  get san(): San | null {
    return this.#parts.san;
  }

  /** The control plane, the agents and the SAN, by name. */
  get processes(): ProcessRegistry {
    return this.#parts.processes;
  }

  /** One of the lab's processes, servers too: see `processNames` and `agentName`. */
  part(name: string): LabPart {
    const { temporal, postgres, processes } = this.#parts;
    if (name === processNames.temporal) return serverPart(temporal);
    if (name === processNames.postgres) return serverPart(postgres);
    return processPart(processes, name);
  }

  /** Makes a guest's disk, starts the guest through the API, and waits until it answers its client. */
  createGuest(name: VmId, options: GuestOptions): Promise<void> {
    return this.#guests.create(name, options);
  }

  /** Watches a guest that the lab did not make, as soon as it answers; `stop` ends that. Does nothing in a simulated lab. */
  watchGuest(name: VmId, address: string): Promise<void> {
    return this.#guests.watch(name, address);
  }

  /** Makes further disks for such a guest, and finds what guests wrote. */
  get disks(): GuestDisks {
    return this.#guests.disks;
  }

  /** How large a guest's disk is, in bytes. */
  get diskBytes(): number {
    return this.#guests.diskBytes;
  }

  /** What the guest's client sees of it since it is watched; null in a simulated lab. */
  guestProbe(name: VmId): GuestProbe | null {
    return this.#guests.probe(name);
  }

  /** Stops every guest: the lab can be used for others. */
  endGuests(): Promise<void> {
    return this.#guests.end();
  }

  /** What the guest counted on its disk until now. */
  counter(name: VmId): Promise<CounterReport> {
    return this.#guests.counter(name);
  }

  /** The newest record of the guest's handle; null before the first. */
  witnessRecord(name: VmId): Promise<HandleRecord | null> {
    return witnessRecord(this.layout.witness, name);
  }

  /**
   * Takes everything down: VMs, agents, control plane, servers, networks. Its folder stays, with the logs.
   * @throws LabLeftovers when something is still there afterwards
   */
  async stop(): Promise<void> {
    await this.#guests.closeProbes();
    await takeDown(this.layout);
  }

  /** Leaves everything up when this process ends, for `reap` to take down one day. */
  async leaveUp(): Promise<void> {
    await this.#guests.closeProbes();
    await writeLabState(this.layout.state, { ...this.#parts.state, owner: null });
  }
}
