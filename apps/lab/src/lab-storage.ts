/**
 * What the disks of a lab's guests lie on.
 * - `files`: images in the storage pool, which QEMU locks
 * - `unlocked-files`: the same without locks, as on a file system that has none
 * - `iscsi`: LUNs of a SAN of the lab's own
 */
export const LAB_STORAGE = ['files', 'unlocked-files', 'iscsi'] as const;
export type LabStorage = (typeof LAB_STORAGE)[number];
