import type { ImageFormat } from '@ferry/domain';
import type { Volume } from './port.ts';

/** What QEMU has to say of the formats on which a guest runs, and can't be moved. */
const IMMOVABLE: Record<ImageFormat, string | null> = {
  raw: null,
  qcow2: null,
  vpc: 'a VHD of dynamic size (vpc)',
  vhdx: 'a VHDX image (vhdx)',
};

/** Why no guest moves with this volume; null where one does. */
export function immovable(volume: Volume): string | null {
  if (volume.kind !== 'image') return null;
  const why = IMMOVABLE[volume.format];
  if (why !== null) return `${volume.path} is ${why}, with which QEMU moves no guest`;
  return volume.backing === null ? null : immovable(volume.backing);
}
