import type { DiskKind, DiskOf } from '@ferry/domain';

/** What a disk's definition leads to on this host: all that a hypervisor needs to open it. */
export type Volume = FileVolume | LunVolume;
export type VolumeOf<K extends DiskKind> = Extract<Volume, { kind: K }>;

export interface FileVolume {
  kind: 'image';
  /** A real path. */
  path: string;
  format: 'raw' | 'qcow2';
}

export interface LunVolume {
  kind: 'lun';
  portal: string;
  target: string;
  lun: number;
  /** The name by which this host logs in. */
  initiator: string;
  /** Who it says to be, and the file with the secret; null where the portal does not ask. */
  chap: { user: string; secretFile: string } | null;
}

/** One kind of storage. Each is a file beside this one. */
export interface StorageKind<K extends DiskKind> {
  /**
   * Finds the volume of a disk on this host, and sees that it is there and the one that is meant. Whatever is in the way is
   * a `FerryError`; nothing is written.
   */
  locate(disk: DiskOf<K>): Promise<VolumeOf<K>>;
}
