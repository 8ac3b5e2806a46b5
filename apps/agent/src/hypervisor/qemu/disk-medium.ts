import type { BlockNodeInfo } from '@ferry/qmp';
import type { Medium, MediumOf, Volume } from '../../storage/port.ts';

/** What a disk of a running machine lies on, as far as Ferry has such things; else why it does not. */
export function mediumOf(node: BlockNodeInfo): Medium | { kind: 'unknown'; reason: string } {
  const { drv, ro, image } = node;
  if (ro) return { kind: 'unknown', reason: 'its medium is read-only' };
  const { filename } = image;
  if ((drv === 'raw' || drv === 'qcow2') && filename.startsWith('/'))
    return { kind: 'image', path: filename, format: drv };
  const lun = drv === 'raw' ? lunOf(filename) : null;
  // A name in QEMU's notation may have a password in it.
  return (
    lun ?? {
      kind: 'unknown',
      reason: `it lies on ${drv} ${filename.startsWith('/') ? filename : 'with options of its own'}`,
    }
  );
}

export function isVolume(medium: Medium, volume: Volume): boolean {
  if (medium.kind === 'image') {
    return volume.kind === 'image' && volume.path === medium.path && volume.format === medium.format;
  }
  if (volume.kind === 'image') return false;
  return volume.portal === medium.portal && volume.target === medium.target && volume.lun === medium.lun;
}

/** Without a plain name QEMU says of a node how it was opened. */
function lunOf(filename: string): MediumOf<'lun'> | null {
  const options = filename.startsWith('json:') ? (JSON.parse(filename.slice('json:'.length)) as LunOptions) : null;
  if (options?.file?.driver !== 'iscsi' || Object.keys(options).some((key) => key !== 'driver' && key !== 'file'))
    return null;
  const { portal = '', target = '', lun = 0 } = options.file;
  return { kind: 'lun', portal, target, lun: Number(lun) };
}

interface LunOptions {
  driver: string;
  file?: { driver: string; portal?: string; target?: string; lun?: number | string };
}
