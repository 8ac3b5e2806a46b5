import type { DiskKind, DiskOf } from '@ferry/domain';
import type { Excluded, MediumOf, StorageKind, Unnamed, VolumeOf } from './port.ts';
import type { StoragePool } from './storage-pool.ts';

type Kinds = { readonly [K in DiskKind]: StorageKind<K> };

/** All storage that this host knows: the pool, and what disks lie on, by kind. */
export class Storage {
  readonly pool: StoragePool;
  readonly #kinds: Kinds;

  constructor(pool: StoragePool, kinds: Kinds) {
    this.pool = pool;
    this.#kinds = kinds;
  }

  /** As `StorageKind.locate`. */
  locate<K extends DiskKind>(disk: DiskOf<K>): Promise<VolumeOf<K>> {
    return this.#kinds[disk.kind].locate(disk);
  }

  /** As `StorageKind.recognise`. */
  recognise<K extends DiskKind>(medium: MediumOf<K> & { kind: K }): Promise<Unnamed<K>> {
    return this.#kinds[medium.kind].recognise(medium);
  }

  /** As `StorageKind.cutOff`. */
  cutOff<K extends DiskKind>(disk: DiskOf<K>, whom: Excluded): Promise<boolean> {
    return this.#kinds[disk.kind].cutOff(disk, whom);
  }
}
