import type { ImageDisk, VmId } from '@ferry/domain';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDisk } from './guest/disk.ts';
import type { DiskContent, GuestDisks } from './guest-disks.ts';
import type { LabLayout } from './lab-layout.ts';

/** Guests' disks as image files in the storage pool. */
export class PoolDisks implements GuestDisks {
  readonly #layout: LabLayout;

  constructor(layout: LabLayout) {
    this.#layout = layout;
  }

  async create(guest: VmId, content: DiskContent): Promise<ImageDisk> {
    const file = this.file(guest);
    await mkdir(dirname(file), { recursive: true });
    await createDisk(file, content);
    return { kind: 'image', id: 'disk0', image: this.#layout.image(guest), format: 'raw' };
  }

  file(guest: VmId): string {
    return join(this.#layout.storagePool, this.#layout.image(guest));
  }
}
