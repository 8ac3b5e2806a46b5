import type { DiskKind } from '@ferry/domain';
import type { FileVolume, LunVolume, Volume, VolumeOf } from '../../storage/port.ts';

/** Whether QEMU locks images against other writers. */
interface Locking {
  imageLocks: boolean;
}

/**
 * QEMU's arguments for the backend of a disk: a node of that name, with whatever it stands on. In JSON, in which no
 * character of a path or a name can end a value.
 */
export function backendArguments(volume: Volume, node: string, locking: Locking): string[] {
  return ofKind(volume.kind, volume, node, locking);
}

/** Where a disk is in its machine: what it is named by there, and its place on the bus. */
interface Place {
  index: number;
  node: string;
  slot: string;
}

/**
 * QEMU's arguments for the device as which the guest sees a disk. Named by their places: an id of a definition may be
 * longer than a name in QEMU, or begin with a digit.
 */
export function deviceArguments({ kind }: Volume, place: Place): string[] {
  return DEVICE[kind](place);
}

// Its guest stands still where its storage fails it, and loses nothing: when it is started again, QEMU makes once more
// what had failed.
const virtioDisk = ({ index, node, slot }: Place) => [
  '-device',
  `virtio-blk-pci,id=virtio-disk${index},drive=${node},share-rw=off,werror=stop,rerror=stop,${slot}`,
];

const DEVICE: Record<DiskKind, (place: Place) => string[]> = {
  image: virtioDisk,
  lun: virtioDisk,
  'pass-through': ({ index, node, slot }) => [
    ...['-device', `virtio-scsi-pci,id=virtio-scsi${index},${slot}`],
    ...['-device', `scsi-block,id=scsi-disk${index},bus=virtio-scsi${index}.0,drive=${node},share-rw=off`],
  ],
};

const BACKEND: { [K in DiskKind]: (volume: VolumeOf<K>, node: string, locking: Locking) => string[] } = {
  image: (volume, node, locking) => imageArguments(volume, node, { ...locking, layer: 0 }),
  lun: lunArguments,
  'pass-through': lunArguments,
};

function lunArguments({ portal, target, lun, initiator, chap }: Omit<LunVolume, 'kind'>, node: string): string[] {
  const secret = `${node}-secret`;
  const session = { transport: 'tcp', portal, target, lun, 'initiator-name': initiator };
  const login = chap === null ? {} : { user: chap.user, 'password-secret': secret };
  const device = { driver: 'iscsi', 'node-name': `${node}-lun`, ...session, ...login };
  const whole = { driver: 'raw', 'node-name': node, file: device['node-name'] };
  const object = { 'qom-type': 'secret', id: secret, file: chap?.secretFile };
  return [
    ...(chap === null ? [] : ['-object', JSON.stringify(object)]),
    ...['-blockdev', JSON.stringify(device)],
    ...['-blockdev', JSON.stringify(whole)],
  ];
}

/** All layers are named, so that QEMU follows none that an image names by itself. */
function imageArguments(
  { path, format, bytes, backing }: FileVolume,
  disk: string,
  { imageLocks, layer }: Locking & { layer: number },
): string[] {
  const [node, below] = [layer, layer + 1].map((each) => (each === 0 ? disk : `${disk}-layer${each}`));
  const access = layer === 0 ? {} : { 'read-only': true };
  const file = { driver: 'file', 'node-name': `${node}-file`, filename: path, locking: imageLocks ? 'on' : 'off' };
  const lower = format === 'qcow2' ? { backing: backing === null ? null : below } : {};
  const size = bytes === null ? {} : { size: bytes };
  const image = { driver: format, 'node-name': node, file: file['node-name'], ...lower, ...size, ...access };
  return [
    ...(backing === null ? [] : imageArguments(backing, disk, { imageLocks, layer: layer + 1 })),
    ...['-blockdev', JSON.stringify({ ...file, ...access })],
    ...['-blockdev', JSON.stringify(image)],
  ];
}

function ofKind<K extends DiskKind>(kind: K, volume: VolumeOf<K>, node: string, locking: Locking): string[] {
  return BACKEND[kind](volume, node, locking);
}
