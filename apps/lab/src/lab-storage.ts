import type { LunDisk, PassThroughDisk } from '@ferry/domain';

/**
 * What the disks of a lab's guests lie on.
 * - `files`: images in the storage pool, which QEMU locks
 * - `unlocked-files`: the same without locks, as on a file system that has none
 * - `iscsi`: LUNs of a SAN of the lab's own
 * - `pass-through`: the same, given whole to the guests
 */
export const LAB_STORAGE = ['files', 'unlocked-files', 'iscsi', 'pass-through'] as const;
export type LabStorage = (typeof LAB_STORAGE)[number];

/** What lies on a SAN, by the kind of the disks. */
export type SanDiskKind = LunDisk['kind'] | PassThroughDisk['kind'];

/** What kind of disks guests have on a SAN; null where there is none. */
export const SAN_DISKS = {
  files: null,
  'unlocked-files': null,
  iscsi: 'lun',
  'pass-through': 'pass-through',
} as const satisfies Record<LabStorage, SanDiskKind | null>;
