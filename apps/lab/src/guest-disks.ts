import type { DiskDefinition, VmId } from '@ferry/domain';
import type { DiskFormat } from './guest/image-frame.ts';
import type { SanDiskKind } from './lab-storage.ts';
import type { Personality } from './guest/disk.ts';

export interface DiskContent {
  readonly bytes: number;
  /** Without one the guest waits for it, and does nothing. */
  readonly personality?: Personality;
  /** Of an image; the lab's own unless it is said. */
  readonly format?: DiskFormat;
  /** As what a LUN is given to the guest; as the lab’s are unless it is said. */
  readonly diskKind?: SanDiskKind;
}

/** Where guests' disks are made, and looked into while the guests run. */
export interface GuestDisks {
  /** Makes a guest's disk; answers how a definition names it. */
  create(guest: VmId, content: DiskContent): Promise<DiskDefinition>;
  /** What format its file has. */
  formatOf(guest: VmId): DiskFormat;
  /** The image that holds what the guest has written. */
  file(guest: VmId): string;
}
