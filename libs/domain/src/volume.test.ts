import { expect, test } from 'vitest';
import type { ImageDisk, LunDisk, PassThroughDisk } from './disk.ts';
import { sameVolume } from './volume.ts';

const image: ImageDisk = { kind: 'image', id: 'root', image: 'web.raw', format: 'raw' };
const lun: LunDisk = { kind: 'lun', id: 'data', portal: '192.0.2.50:3260', target: 'iqn.a', lun: 1, serial: 'x' };

const renamed: ImageDisk = { ...image, id: 'other', format: 'qcow2' };
const byAnotherPortal: LunDisk = { ...lun, portal: '192.0.2.51:3260' };
const givenWhole: PassThroughDisk = { ...lun, kind: 'pass-through' };
const otherImage: ImageDisk = { ...image, image: 'mail.raw' };
const otherLun: LunDisk = { ...lun, lun: 2 };

test('a volume is the same under another id, by another portal, and given whole to its guest', () => {
  expect(sameVolume(image, renamed)).toBe(true);
  expect(sameVolume(lun, byAnotherPortal)).toBe(true);
  expect(sameVolume(lun, givenWhole)).toBe(true);
});

test('another image, another LUN, and a LUN and an image, are not the same', () => {
  expect(sameVolume(image, otherImage)).toBe(false);
  expect(sameVolume(lun, otherLun)).toBe(false);
  expect(sameVolume(lun, image)).toBe(false);
});
