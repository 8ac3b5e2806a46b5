import type { DiskKind, DiskOf, ImageFormat } from '@ferry/domain';

/** What a disk's definition leads to on this host: all that a hypervisor needs to open it. */
export type Volume = FileVolume | LunVolume | PassThroughVolume;
export type VolumeOf<K extends DiskKind> = Extract<Volume, { kind: K }>;

export interface FileVolume {
  kind: 'image';
  /** A real path. */
  path: string;
  format: ImageFormat;
  /** So many of its bytes, from the first one on, are the disk; null where its format tells. */
  bytes: number | null;
  /** What lies below it, and is only read. */
  backing: FileVolume | null;
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

/** A LUN that the guest is given whole. */
export interface PassThroughVolume extends Omit<LunVolume, 'kind'> {
  kind: 'pass-through';
}

/** One kind of storage. Each is a file beside this one. */
export interface StorageKind<K extends DiskKind> {
  /**
   * Finds the volume of a disk on this host, and sees that it is there and the one that is meant. Whatever is in the way is
   * a `FerryError`; nothing is written.
   */
  locate(disk: DiskOf<K>): Promise<VolumeOf<K>>;
}
