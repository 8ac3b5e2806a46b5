import type { PassThroughDisk } from '@ferry/domain';
import type { LunStorage } from './lun-storage.ts';
import type { Excluded, MediumOf, PassThroughVolume, StorageKind, Unnamed } from './port.ts';

/** LUNs that guests are given whole. They are found as the others are. */
export class PassThroughStorage implements StorageKind<'pass-through'> {
  readonly #luns: LunStorage;

  constructor(luns: LunStorage) {
    this.#luns = luns;
  }

  async locate(disk: PassThroughDisk): Promise<PassThroughVolume> {
    return { ...(await this.#luns.locate({ ...disk, kind: 'lun' })), kind: disk.kind };
  }

  cutOff(disk: PassThroughDisk, whom: Excluded): Promise<boolean> {
    return this.#luns.cutOff({ ...disk, kind: 'lun' }, whom);
  }

  async recognise({ kind, ...where }: MediumOf<'pass-through'>): Promise<Unnamed<'pass-through'>> {
    return { ...(await this.#luns.recognise({ kind: 'lun', ...where })), kind };
  }
}
