import { IMAGE_FORMATS, type ImageFormat } from '@ferry/domain';
import type { BlockNodeInfo } from '@ferry/qmp';
import type { Medium, MediumOf, Volume } from '../../storage/port.ts';

type Unknown = { kind: 'unknown'; reason: string };

/**
 * What a disk of a running machine lies on, as far as Ferry has such things; else why it does not.
 * @param driver the disk's, which tells whether the guest has all of it
 */
export function mediumOf({ drv, ro, image }: BlockNodeInfo, driver: string): Medium | Unknown {
  if (ro) return { kind: 'unknown', reason: 'its medium is read-only' };
  const options = optionsOf(image.filename);
  const medium = options && (imageOf(drv, options) ?? lunOf(drv, options, driver));
  // A name in QEMU's notation may have a password in it.
  const where = image.filename.startsWith('/') ? image.filename : 'with options of its own';
  return medium ?? { kind: 'unknown', reason: `it lies on ${drv} ${where}` };
}

/** Whether that is what the machine was started with. */
export function isVolume(medium: Medium, volume: Volume): boolean {
  if (medium.kind === 'image') {
    const { path, format, bytes } = medium;
    return volume.kind === 'image' && volume.path === path && volume.format === format && volume.bytes === bytes;
  }
  if (volume.kind !== medium.kind) return false;
  return volume.portal === medium.portal && volume.target === medium.target && volume.lun === medium.lun;
}

/** How a node was opened, as far as it decides what the guest finds in it. */
interface NodeOptions {
  file?: { driver: string; filename?: string; portal?: string; target?: string; lun?: number | string };
  size?: number | string;
}

/** QEMU names a node by its file, or, where that would not be all, by how it was opened. */
function optionsOf(filename: string): NodeOptions | null {
  if (filename.startsWith('/')) return { file: { driver: 'file', filename } };
  if (!filename.startsWith('json:')) return null;
  const options = JSON.parse(filename.slice('json:'.length)) as NodeOptions;
  // What lies below an image it names itself.
  const odd = Object.keys(options).some((key) => !['driver', 'file', 'size', 'backing'].includes(key));
  return odd ? null : options;
}

function imageOf(drv: string, { file, size }: NodeOptions): MediumOf<'image'> | null {
  if (file?.driver !== 'file' || file.filename === undefined || !isImageFormat(drv)) return null;
  return { kind: 'image', path: file.filename, format: drv, bytes: size === undefined ? null : Number(size) };
}

function isImageFormat(drv: string): drv is ImageFormat {
  return (IMAGE_FORMATS as readonly string[]).includes(drv);
}

function lunOf(drv: string, { file, size }: NodeOptions, driver: string): MediumOf<'lun' | 'pass-through'> | null {
  if (drv !== 'raw' || size !== undefined || file?.driver !== 'iscsi') return null;
  const { portal = '', target = '', lun = 0 } = file;
  return { kind: driver === 'scsi-block' ? 'pass-through' : 'lun', portal, target, lun: Number(lun) };
}
