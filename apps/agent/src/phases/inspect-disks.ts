import {
  FerryError,
  finding,
  FINDINGS,
  type DiskDefinition,
  type Finding,
  type FindingCode,
  type HostId,
} from '@ferry/domain';
import { immovable } from '../storage/immovable.ts';
import type { Volume } from '../storage/port.ts';

/** Whether this host reaches the volume of each disk, and finds there what the definition means. */
export async function inspectDisks(
  { host, storage }: { host: HostId; storage: { locate(disk: DiskDefinition): Promise<Volume> } },
  disks: readonly DiskDefinition[],
): Promise<Finding[]> {
  const located = await Promise.allSettled(disks.map((disk) => storage.locate(disk)));
  return located.flatMap((result, index) => {
    if (result.status === 'fulfilled') {
      const why = immovable(result.value);
      return why === null ? [] : finding('DISK_IMMOVABLE', host, `Disk ${disks[index]?.id}: ${why}.`);
    }
    const reason: unknown = result.reason;
    if (!(reason instanceof FerryError)) throw reason;
    return finding(codeOf(reason), host, `Disk ${disks[index]?.id}: ${reason.message}.`);
  });
}

/** Kinds of storage that have findings of their own name them as their errors. */
function codeOf({ code }: FerryError): FindingCode {
  return Object.hasOwn(FINDINGS, code) ? (code as FindingCode) : 'DISK_UNREACHABLE';
}
