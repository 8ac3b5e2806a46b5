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
  /** The operator's program that cuts a host off from a LUN, see `runFence`; null where only people can. */
  fence: string | null;
}

const path = z.string().regex(/^\/[\x20-\x7e]{1,254}$/, 'must be an absolute path');
const chap = z.strictObject({
  user: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 of letters, digits and _ . -'),
  secretFile: path,
});
const schema = z.strictObject({
  initiator: iscsiName,
  portals: z.record(portal, chap.nullable()),
  fence: path.nullable().default(null),
});

/**
 * Reads the file that says which portals this host may use, and with what. Throws an error that names what is wrong in it.
 * A secret is a file of its own, which the hypervisor reads by itself: it passes through no option, definition or log.
 */
export function readSanAccess(file: string): SanAccess {
  const read = schema.safeParse(parse(file));
  if (!read.success) {
    const mistakes = read.error.issues.map(
      ({ path: field, message }) => `${field.join('.') || 'all of it'} ${message}`,
    );
    throw new Error(`FERRY_SAN, the file ${file}: ${mistakes.join('; ')}`);
  }
  const { initiator, portals, fence } = read.data;
  for (const access of Object.values(portals)) if (access !== null) checkSecret(access.secretFile);
  if (fence !== null) checkFence(fence);
  return { initiator, portals: new Map(Object.entries(portals)), fence };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`FERRY_SAN, the file ${file}, can’t be read as JSON: ${String(cause)}`, { cause });
  }
}

/** QEMU takes the whole file for the secret, and says nothing of one that can't be right. */
function checkSecret(file: string): void {
  const refuse = (why: string) => new Error(`FERRY_SAN, the secret in ${file} ${why}`);
  if ((modeOf(file, 'the secret in') & 0o077) !== 0) {
    throw refuse('must be readable by the agent’s user alone: chmod 600');
  }
  if (!/^[\x21-\x7e]{12,255}$/.test(readFileSync(file, 'latin1'))) {
    throw refuse('must be 12 to 255 printable characters, without a line’s end: write it with printf');
  }
}

/** Found out when it is needed, it would be found out too late. */
function checkFence(file: string): void {
  const mode = modeOf(file, 'the fence program');
  const refuse = (why: string) => new Error(`FERRY_SAN, the fence program ${file} ${why}`);
  if ((mode & 0o111) === 0) throw refuse('can’t be executed: chmod 755');
  if ((mode & 0o022) !== 0) throw refuse('must be writable by its owner alone: chmod 755');
}

function modeOf(file: string, what: string): number {
  try {
    return statSync(file).mode;
  } catch (cause) {
    throw new Error(`FERRY_SAN, ${what} ${file} can’t be read: ${String(cause)}`, { cause });
  }
}
