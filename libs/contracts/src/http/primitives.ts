import { NAME_PATTERN, PCI_ADDRESS_PATTERN } from '@ferry/domain';
import { z } from 'zod';

/** Building blocks of the schemas. Every object is strict: an unknown field is a mistake that the client wants to hear of. */

export const name = z
  .string()
  .regex(NAME_PATTERN, 'must be 1 to 40 of a-z, 0-9 and "-", beginning and ending with a letter or digit');
export const instant = z.iso.datetime({ precision: 3 }).refine((at) => at >= '0001', 'must be of the common era');
/** Free text, which goes into lines that people read. */
export function line(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line, without control characters');
}
export const reason = line(500).trim().min(1);
export const actor = z.string().regex(/^[\w.@+-]{1,80}$/, 'must be 1 to 80 of letters, digits and _ . @ + -');

/** The header that says who asks. */
export const ACTOR_HEADER = 'ferry-actor';
/** The path that all addresses of the API begin with. */
export const API_PREFIX = '/api/v1';

/** A path below the storage pool: relative, without `..`, in characters that mean nothing to QEMU's option parser. */
export const poolPath = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/,
    'must be a path below the storage pool, of letters, digits and _ . - between single slashes',
  )
  .refine(
    (path) => !path.split('/').some((part) => part === '.' || part === '..'),
    'must not contain "." or ".." as a part',
  );

/** Where a device is on the guest's PCI bus. */
export const pciAddress = z
  .string()
  .regex(
    PCI_ADDRESS_PATTERN,
    'must be a slot from "02.0" to "1e.0", in hexadecimal digits, or "hotplug0" to "hotplug7"',
  );
