import type { BlockNodeInfo } from '@ferry/qmp';
import { expect, test } from 'vitest';
import type { LunVolume } from '../../storage/port.ts';
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
  const medium = mediumOf(node('qcow2', '/pool/web.qcow2'));
  expect(medium).toEqual({ kind: 'image', path: '/pool/web.qcow2', format: 'qcow2' });
  if (medium.kind === 'unknown') throw new Error(medium.reason);
  expect(isVolume(medium, { kind: 'image', path: '/pool/web.qcow2', format: 'qcow2' })).toBe(true);
  expect(isVolume(medium, { kind: 'image', path: '/pool/web.qcow2', format: 'raw' })).toBe(false);
});

test('a LUN is known by where it lies, not by who has logged in', () => {
  const medium = mediumOf(node('raw', LUN));
  expect(medium).toEqual({ kind: 'lun', ...where });
  if (medium.kind === 'unknown') throw new Error(medium.reason);
  const volume: LunVolume = { kind: 'lun', ...where, initiator: 'iqn.2026-01.com.example:host-b', chap: null };
  expect(isVolume(medium, volume)).toBe(true);
  expect(isVolume(medium, { ...volume, lun: 2 })).toBe(false);
});

test('of what no definition can say the reason is told, and no password', () => {
  expect(mediumOf(node('raw', '/pool/web.raw', true))).toEqual({ kind: 'unknown', reason: 'its medium is read-only' });
  expect(mediumOf(node('vmdk', '/pool/web.vmdk'))).toEqual({
    kind: 'unknown',
    reason: 'it lies on vmdk /pool/web.vmdk',
  });
  const part = `json:${JSON.stringify({ driver: 'raw', offset: 512, file: { driver: 'file', filename: '/pool/web.raw' } })}`;
  for (const odd of ['iscsi://ferry%secret@192.0.2.50/x/1', part]) {
    expect(mediumOf(node('raw', odd))).toEqual({ kind: 'unknown', reason: 'it lies on raw with options of its own' });
  }
});
