import type { DiskKind, DiskOf, HostId, ImageFormat, VmId } from '@ferry/domain';

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

/** What a disk of a running machine was found to lie on. */
export type Medium = MediumOf<DiskKind>;
export type MediumOf<K extends DiskKind> = {
  image: Omit<FileVolume, 'backing'>;
  lun: Omit<LunVolume, 'initiator' | 'chap'>;
  'pass-through': Omit<PassThroughVolume, 'initiator' | 'chap'>;
}[K];
/** A disk of a definition that has no name in it yet. */
export type Unnamed<K extends DiskKind> = K extends DiskKind ? Omit<DiskOf<K>, 'id' | 'address'> : never;

/** A host that is to reach a volume no more, and the VM for whose sake. */
export interface Excluded {
  host: HostId;
  vm: VmId;
}

/** One kind of storage. Each is a file beside this one. */
export interface StorageKind<K extends DiskKind> {
  /**
   * Finds the volume of a disk on this host, and sees that it is there and the one that is meant. Whatever is in the way is
   * a `FerryError`; nothing is written.
   */
  locate(disk: DiskOf<K>): Promise<VolumeOf<K>>;
  /** The inverse: how any host of the cluster would find it. Throws a `FerryError` where none would. */
  recognise(medium: MediumOf<K>): Promise<Unnamed<K>>;
  /**
   * Sees to it that a host writes to the disk's volume no more. False where this host has no means to: then a person has to.
   * Throws `FENCE_FAILED` where it has, and they failed.
   */
  cutOff(disk: DiskOf<K>, whom: Excluded): Promise<boolean>;
}
