import type { BlockNodeInfo } from '@ferry/qmp';
import { expect, test } from 'vitest';
import type { FileVolume, LunVolume } from '../../storage/port.ts';
import { isVolume, mediumOf } from './disk-medium.ts';

const node = (drv: string, filename: string, ro = false) => ({ drv, ro, image: { filename } }) as BlockNodeInfo;

/** As QEMU 7.2 says of a LUN. */
const LUN = `json:${JSON.stringify({
  driver: 'raw',
  file: {
    ...{ 'password-secret': 's', lun: 1, portal: '192.0.2.50:3260', driver: 'iscsi', transport: 'tcp', user: 'ferry' },
    ...{ 'initiator-name': 'iqn.2026-01.com.example:host-a', target: 'iqn.2026-01.com.example:web-1' },
  },
})}`;
const where = { portal: '192.0.2.50:3260', target: 'iqn.2026-01.com.example:web-1', lun: 1 };

test('an image is known by its path and format, whatever host has it open', () => {
  const medium = mediumOf(node('qcow2', '/pool/web.qcow2'), 'virtio-blk-pci');
  expect(medium).toEqual({ kind: 'image', path: '/pool/web.qcow2', format: 'qcow2', bytes: null });
  if (medium.kind === 'unknown') throw new Error(medium.reason);
  const volume: FileVolume = {
    ...medium,
    kind: 'image',
    path: '/pool/web.qcow2',
    format: 'qcow2',
    bytes: null,
    backing: null,
  };
  expect(isVolume(medium, volume)).toBe(true);
  expect(isVolume(medium, { ...volume, format: 'raw' })).toBe(false);
});

test('a LUN is known by where it lies, not by who has logged in', () => {
  const medium = mediumOf(node('raw', LUN), 'virtio-blk-pci');
  expect(medium).toEqual({ kind: 'lun', ...where });
  if (medium.kind === 'unknown') throw new Error(medium.reason);
  const volume: LunVolume = { kind: 'lun', ...where, initiator: 'iqn.2026-01.com.example:host-b', chap: null };
  expect(isVolume(medium, volume)).toBe(true);
  expect(isVolume(medium, { ...volume, lun: 2 })).toBe(false);
});

test('a LUN that the guest has whole is not one that QEMU makes a disk of', () => {
  const medium = mediumOf(node('raw', LUN), 'scsi-block');
  expect(medium).toEqual({ kind: 'pass-through', ...where });
  if (medium.kind === 'unknown') throw new Error(medium.reason);
  const login = { initiator: 'iqn.2026-01.com.example:host-b', chap: null };
  expect(isVolume(medium, { kind: 'pass-through', ...where, ...login })).toBe(true);
  expect(isVolume(medium, { kind: 'lun', ...where, ...login })).toBe(false);
});

test('of an image of which a part is used it is known which', () => {
  const file = { driver: 'file', filename: '/pool/web.vhd' };
  const part = `json:${JSON.stringify({ driver: 'raw', size: 1_048_576, file })}`;
  const medium = mediumOf(node('raw', part), 'virtio-blk-pci');
  expect(medium).toEqual({ kind: 'image', path: '/pool/web.vhd', format: 'raw', bytes: 1_048_576 });
});

test('of what no definition can say the reason is told, and no password', () => {
  expect(mediumOf(node('raw', '/pool/web.raw', true), 'virtio-blk-pci')).toEqual({
    kind: 'unknown',
    reason: 'its medium is read-only',
  });
  expect(mediumOf(node('vmdk', '/pool/web.vmdk'), 'virtio-blk-pci')).toEqual({
    kind: 'unknown',
    reason: 'it lies on vmdk /pool/web.vmdk',
  });
  const part = `json:${JSON.stringify({ driver: 'raw', offset: 512, file: { driver: 'file', filename: '/pool/web.raw' } })}`;
  for (const odd of ['iscsi://ferry%secret@192.0.2.50/x/1', part]) {
    expect(mediumOf(node('raw', odd), 'virtio-blk-pci')).toEqual({
      kind: 'unknown',
      reason: 'it lies on raw with options of its own',
    });
  }
});
