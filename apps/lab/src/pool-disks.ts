import type { ImageDisk, VmId } from '@ferry/domain';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDisk } from './guest/disk.ts';
import type { DiskFormat } from './guest/image-frame.ts';
import type { DiskContent, GuestDisks } from './guest-disks.ts';
import type { LabLayout } from './lab-layout.ts';

/** Guests' disks as image files in the storage pool. */
export class PoolDisks implements GuestDisks {
  readonly #layout: LabLayout;
  readonly #format: DiskFormat;
  readonly #formats = new Map<VmId, DiskFormat>();

  constructor(layout: LabLayout, format: DiskFormat) {
    this.#layout = layout;
    this.#format = format;
  }

  async create(guest: VmId, { format = this.#format, diskKind, ...content }: DiskContent): Promise<ImageDisk> {
    if (diskKind !== undefined) throw new RangeError(`an image is no LUN, which could be given as ${diskKind}`);
    const file = this.file(guest);
    await mkdir(dirname(file), { recursive: true });
    await createDisk(file, { ...content, format });
    this.#formats.set(guest, format);
    return { kind: 'image', id: 'disk0', image: this.#layout.image(guest), format };
  }

  formatOf(guest: VmId): DiskFormat {
    return this.#formats.get(guest) ?? this.#format;
  }

  file(guest: VmId): string {
    return join(this.#layout.storagePool, this.#layout.image(guest));
  }
}
