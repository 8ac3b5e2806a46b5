import { IMAGE_FORMATS } from '@ferry/domain';
import { z } from 'zod';
import { name, pciAddress, poolPath } from './primitives.ts';

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const port = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})';

/** Where an iSCSI target listens. */
export const portal = z
  .string()
  .regex(new RegExp(`^${octet}(?:\\.${octet}){3}:${port}$`), 'must be an IPv4 address and a port: 192.0.2.50:3260');

/** The name of an iSCSI target or initiator. */
export const iscsiName = z
  .string()
  .max(223)
  .regex(
    /^iqn\.\d{4}-(?:0[1-9]|1[0-2])\.[a-z0-9][a-z0-9.-]*(?::[a-z0-9.:-]+)?$/,
    'must be an iSCSI qualified name, such as iqn.2026-01.com.example:array-1',
  );

const image = z.strictObject({
  kind: z.literal('image'),
  id: name,
  image: poolPath,
  format: z.enum(IMAGE_FORMATS, `must be one of ${IMAGE_FORMATS.join(', ')}: convert the image with qemu-img`),
  address: pciAddress.optional(),
});
const ofLun = {
  id: name,
  portal,
  target: iscsiName,
  lun: z.number().int().min(0).max(16_383),
  serial: z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 of letters, digits and _ . : -'),
  address: pciAddress.optional(),
};
const lun = z.strictObject({ kind: z.literal('lun'), ...ofLun });
const passThrough = z.strictObject({ kind: z.literal('pass-through'), ...ofLun });

export const diskDefinition = z.discriminatedUnion('kind', [image, lun, passThrough], {
  error: 'must be a disk of kind "image", "lun" or "pass-through"',
});
