import type { ImageDisk } from '@ferry/domain';
import type { FileVolume, StorageKind, Unnamed } from './port.ts';
import type { StoragePool } from './storage-pool.ts';

/** Image files on the cluster's shared folder. */
export class ImageStorage implements StorageKind<'image'> {
  readonly #pool: StoragePool;

  constructor(pool: StoragePool) {
    this.#pool = pool;
  }

  async locate({ image, format }: ImageDisk): Promise<FileVolume> {
    return { kind: 'image', path: await this.#pool.resolve(image), format };
  }

  async recognise({ path, format }: FileVolume): Promise<Unnamed<'image'>> {
    return { kind: 'image', image: await this.#pool.pathOf(path), format };
  }
}
