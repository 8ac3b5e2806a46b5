import type { PciAddress } from './pci-address.ts';

/** A disk of a VM, by the kind of storage that it lies on. */
export type DiskDefinition = ImageDisk | LunDisk | PassThroughDisk;
export type DiskKind = DiskDefinition['kind'];
export type DiskOf<K extends DiskKind> = Extract<DiskDefinition, { kind: K }>;

/** An image file in the storage pool. */
export interface ImageDisk {
  kind: 'image';
  id: string;
  /** Path of the image in the storage pool. */
  image: string;
  format: ImageFormat;
  /** Without one it has the first that is free. */
  address?: PciAddress;
}

/** What the hypervisor reads and writes. `vpc` and `vhdx` are VHD, of the first kind and of the second. */
export const IMAGE_FORMATS = ['raw', 'qcow2', 'vpc', 'vhdx'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/**
 * A LUN of a SAN, which the hypervisor reaches over iSCSI by itself. Nothing locks it: the handle keeps a second writer
 * away. How a host logs in is that host's own business, and no part of any definition.
 */
export interface LunDisk {
  kind: 'lun';
  id: string;
  /** Address and port of the target's portal: `192.0.2.50:3260`. */
  portal: string;
  /** The target's name: `iqn.2026-01.com.example:array-1`. */
  target: string;
  lun: number;
  /** The unit serial number by which the LUN is known: a host that meets another one there refuses it. */
  serial: string;
  /** Without one it has the first that is free. */
  address?: PciAddress;
}

/**
 * Such a LUN given whole to the guest: its commands go to the LUN, and it sees that one's maker, model and serial number
 * instead of a disk of the hypervisor's.
 */
export interface PassThroughDisk extends Omit<LunDisk, 'kind'> {
  kind: 'pass-through';
}
