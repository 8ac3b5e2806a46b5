import { finding, type Finding, type HostId, type MigrationPolicy } from '@ferry/domain';
import type { HypervisorFacts } from '../hypervisor/port.ts';

/** Whether a guest that may have to come here by post-copy could; without a policy nobody has said how it is to come. */
export function postCopyImpossible(
  host: HostId,
  policy: MigrationPolicy | undefined,
  { postCopyObstacle }: Pick<HypervisorFacts, 'postCopyObstacle'>,
): Finding | null {
  if (policy?.postCopy !== 'last-resort' || postCopyObstacle === null) return null;
  return finding('POST_COPY_IMPOSSIBLE', host, `QEMU here says: ${postCopyObstacle}.`);
}
