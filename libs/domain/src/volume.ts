import type { ImageDisk, LunDisk, PassThroughDisk } from './disk.ts';

type OnVolume = Pick<ImageDisk, 'kind' | 'image'> | Pick<LunDisk | PassThroughDisk, 'kind' | 'target' | 'lun'>;

/** What a volume is known by, whatever else a disk says of it: the same by another portal, or given whole, is the same. */
export type VolumeIdentity = { image: string } | { target: string; lun: number };

export function volumeOf(disk: OnVolume): VolumeIdentity {
  return disk.kind === 'image' ? { image: disk.image } : { target: disk.target, lun: disk.lun };
}

export function sameVolume(one: OnVolume, other: OnVolume): boolean {
  return JSON.stringify(volumeOf(one)) === JSON.stringify(volumeOf(other));
}
