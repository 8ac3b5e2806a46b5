import type { DiskKind } from '@ferry/domain';
import type { Volume, VolumeOf } from '../../storage/port.ts';

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

const BACKEND: { [K in DiskKind]: (volume: VolumeOf<K>, node: string, locking: Locking) => string[] } = {
  image: ({ path, format }, node, { imageLocks }) => {
    const locking = imageLocks ? 'on' : 'off';
    const file = { driver: 'file', 'node-name': `${node}-file`, filename: path, locking };
    const image = { driver: format, 'node-name': node, file: file['node-name'] };
    return ['-blockdev', JSON.stringify(file), '-blockdev', JSON.stringify(image)];
  },
  lun: ({ portal, target, lun, initiator, chap }, node) => {
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
  },
};

function ofKind<K extends DiskKind>(kind: K, volume: VolumeOf<K>, node: string, locking: Locking): string[] {
  return BACKEND[kind](volume, node, locking);
}
