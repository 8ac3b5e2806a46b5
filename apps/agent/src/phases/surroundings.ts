import type { HostFacts, PoolMark } from '@ferry/contracts';
import type { HostId, VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** What is here for all VMs that might come: of what they all ask for, each thing is looked at once. */
export class Surroundings {
  readonly #services: Pick<AgentServices, 'hardware' | 'storage' | 'witness'>;
  readonly #marks = new Map<string, Promise<boolean>>();
  readonly #witnesses = new Map<HostId, Promise<boolean>>();
  #freeBytes: number | null = null;

  constructor(services: Pick<AgentServices, 'hardware' | 'storage' | 'witness'>) {
    this.#services = services;
  }

  /** Memory that nobody has taken yet. */
  get freeBytes(): number {
    this.#freeBytes ??= this.#services.hardware.memory().freeBytes;
    return this.#freeBytes;
  }

  /** Whether the other host's mark is in the storage pool of this one. */
  hasMark(mark: PoolMark): Promise<boolean> {
    const name = `${mark.host} ${mark.life} ${mark.count}`;
    const has = this.#marks.get(name) ?? this.#services.storage.pool.has(mark);
    this.#marks.set(name, has);
    return has;
  }

  /** Whether what the other host has read of a VM is in the witness of this one too: of all its VMs the first tells. */
  async hasWitnessOf({ host, record }: HostFacts, vm: VmId): Promise<boolean> {
    if (record === null) {
      await this.#services.witness.read(vm);
      return true;
    }
    const has = this.#witnesses.get(host) ?? this.#services.witness.has(record);
    this.#witnesses.set(host, has);
    return has;
  }
}
