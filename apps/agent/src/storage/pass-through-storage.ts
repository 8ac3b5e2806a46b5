import type { PassThroughDisk } from '@ferry/domain';
import type { LunStorage } from './lun-storage.ts';
import type { PassThroughVolume, StorageKind } from './port.ts';

/** LUNs that guests are given whole. They are found as the others are. */
export class PassThroughStorage implements StorageKind<'pass-through'> {
  readonly #luns: LunStorage;

  constructor(luns: LunStorage) {
    this.#luns = luns;
  }

  async locate(disk: PassThroughDisk): Promise<PassThroughVolume> {
    return { ...(await this.#luns.locate({ ...disk, kind: 'lun' })), kind: disk.kind };
  }
}
