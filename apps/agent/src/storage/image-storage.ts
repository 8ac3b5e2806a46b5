import { constants, access, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FerryError, type ImageDisk, type ImageFormat } from '@ferry/domain';
import { FOOTER_BYTES, HEAD_BYTES, imageHeader, ImageUnusable, type ImageEnds } from './image-header.ts';
import type { FileVolume, MediumOf, StorageKind, Unnamed } from './port.ts';
import type { StoragePool } from './storage-pool.ts';

/** An image that stands on more than so many, or on itself, is a mistake. */
const mostLayers = 16;

/** Image files on the cluster's shared folder. */
export class ImageStorage implements StorageKind<'image'> {
  readonly #pool: StoragePool;

  constructor(pool: StoragePool) {
    this.#pool = pool;
  }

  /**
   * Finds the image, and all on which it stands: nothing that an image names is opened unseen. Throws
   * `STORAGE_OUTSIDE_POOL`, `IMAGE_UNUSABLE`, `DISK_READ_ONLY`, and `HYPERVISOR_FAILED` for what is not there.
   */
  async locate({ image, format }: ImageDisk): Promise<FileVolume> {
    const path = await this.#pool.resolve(image);
    const volume = await this.#read(path, format, mostLayers);
    await this.#pool.reach(path, async () => {
      await access(path, constants.R_OK | constants.W_OK).catch((error: unknown) => {
        const { code = String(error) } = error as NodeJS.ErrnoException;
        throw new FerryError('DISK_READ_ONLY', `${image} can’t be read and written here: ${code}`);
      });
    });
    return volume;
  }

  /** Whoever serves the folder could; no host can to another. */
  cutOff(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async #read(path: string, format: ImageFormat, layers: number): Promise<FileVolume> {
    const ends = await this.#pool.reach(path, () => endsOf(path, format));
    try {
      const { backing, ...header } = imageHeader(format, ends);
      if (backing === null) return { kind: 'image', path, ...header, backing };
      if (layers === 1) throw new ImageUnusable(`stands on more than ${mostLayers} others, or on itself`);
      // QEMU takes it for a protocol, or for options of its own.
      if (/^[^/]*:/.test(backing.name)) throw new ImageUnusable(`stands on ${backing.name}, which is no file`);
      const below = await this.#pool.resolveBeside(dirname(path), backing.name);
      return { kind: 'image', path, ...header, backing: await this.#read(below, backing.format, layers - 1) };
    } catch (cause) {
      if (!(cause instanceof ImageUnusable)) throw cause;
      throw new FerryError('IMAGE_UNUSABLE', `${path} ${cause.message}`, { cause });
    }
  }

  async recognise({ path, format, bytes }: MediumOf<'image'>): Promise<Unnamed<'image'>> {
    if (bytes !== null) throw new FerryError('IMAGE_UNUSABLE', `of ${path} only a part is used`);
    return { kind: 'image', image: await this.#pool.pathOf(path), format };
  }
}

const NOTHING: ImageEnds = { head: Buffer.alloc(0), footer: Buffer.alloc(0), length: 0 };

async function endsOf(path: string, format: ImageFormat): Promise<ImageEnds> {
  if (HEAD_BYTES[format] + FOOTER_BYTES[format] === 0) return NOTHING;
  const file = await open(path, 'r');
  try {
    const { size: length } = await file.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES[format], length));
    const footer = Buffer.alloc(Math.min(FOOTER_BYTES[format], length));
    await file.read(head, 0, head.length, 0);
    await file.read(footer, 0, footer.length, length - footer.length);
    return { head, footer, length };
  } finally {
    await file.close();
  }
}
