import type { LunDisk, PassThroughDisk } from '@ferry/domain';
import type { DiskFormat } from './guest/image-frame.ts';

/**
 * What the disks of a lab's guests lie on.
 * - `files`: raw images in the storage pool, which QEMU locks
 * - `qcow2`, `vhd`: the same in another format
 * - `unlocked-files`: images without locks, as on a file system that has none
 * - `iscsi`: LUNs of a SAN of the lab's own
 * - `pass-through`: the same, given whole to the guests
 */
export const LAB_STORAGE = ['files', 'qcow2', 'vhd', 'unlocked-files', 'iscsi', 'pass-through'] as const;
export type LabStorage = (typeof LAB_STORAGE)[number];

/** What lies on a SAN, by the kind of the disks. */
export type SanDiskKind = LunDisk['kind'] | PassThroughDisk['kind'];

/** What kind of disks guests have on a SAN; null where there is none. */
export const SAN_DISKS = {
  files: null,
  qcow2: null,
  vhd: null,
  'unlocked-files': null,
  iscsi: 'lun',
  'pass-through': 'pass-through',
} as const satisfies Record<LabStorage, SanDiskKind | null>;

/** In which format guests' images are. */
export const DISK_FORMATS = {
  files: 'raw',
  qcow2: 'qcow2',
  vhd: 'vpc',
  'unlocked-files': 'raw',
  iscsi: 'raw',
  'pass-through': 'raw',
} as const satisfies Record<LabStorage, DiskFormat>;
