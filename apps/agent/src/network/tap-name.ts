import { createHash } from 'node:crypto';
import type { HostId, VmId } from '@ferry/domain';

/** Links have at most 15 characters, so names are digests: 2 + 4 of the host, 1 + 8 of the interface. */

/** What all taps of a host begin with, so that those of another agent on the machine are left alone. */
export function tapPrefix(host: HostId, runDirectory: string): string {
  return `fy${digest(`${host}\n${runDirectory}`, 4)}-`;
}

export function tapName(prefix: string, vm: VmId, networkInterface: string): string {
  return `${prefix}${digest(`${vm}\n${networkInterface}`, 8)}`;
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
