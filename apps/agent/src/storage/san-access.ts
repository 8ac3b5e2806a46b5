import { readFileSync, statSync } from 'node:fs';
import { iscsiName, portal } from '@ferry/contracts/http';
import { z } from 'zod';
import type { LunVolume } from './port.ts';

/** How this host logs in at which portals. */
export interface SanAccess {
  /** The name by which targets know this host. */
  initiator: string;
  /** By address and port. */
  portals: ReadonlyMap<string, LunVolume['chap']>;
}

const chap = z.strictObject({
  user: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of letters, digits and _ . -'),
  secretFile: z.string().regex(/^\/[\x20-\x7e]{1,254}$/, 'must be an absolute path'),
});
const schema = z.strictObject({ initiator: iscsiName, portals: z.record(portal, chap.nullable()) });

/**
 * Reads the file that says which portals this host may use, and with what. Throws an error that names what is wrong in it.
 * A secret is a file of its own, which the hypervisor reads by itself: it passes through no option, definition or log.
 */
export function readSanAccess(path: string): SanAccess {
  const read = schema.safeParse(parse(path));
  if (!read.success) {
    const mistakes = read.error.issues.map(
      ({ path: field, message }) => `${field.join('.') || 'all of it'} ${message}`,
    );
    throw new Error(`FERRY_SAN, the file ${path}: ${mistakes.join('; ')}`);
  }
  const { initiator, portals } = read.data;
  for (const access of Object.values(portals)) if (access !== null) checkSecret(access.secretFile);
  return { initiator, portals: new Map(Object.entries(portals)) };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`FERRY_SAN, the file ${path}, can’t be read as JSON: ${String(cause)}`, { cause });
  }
}

/** QEMU takes the whole file for the secret, and says nothing of one that can't be right. */
function checkSecret(path: string): void {
  const refuse = (why: string) => new Error(`FERRY_SAN, the secret in ${path} ${why}`);
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw refuse('must be readable by the agent’s user alone: chmod 600');
    if (!/^[\x21-\x7e]{12,255}$/.test(readFileSync(path, 'latin1'))) {
      throw refuse('must be 12 to 255 printable characters, without a line’s end: write it with printf');
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new Error(`FERRY_SAN, the secret in ${path} can’t be read: ${String(cause)}`, { cause });
  }
}
