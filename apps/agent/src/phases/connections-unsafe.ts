import type { HostFacts } from '@ferry/contracts';
import { finding, type Finding, type HostId, type MigrationPolicy } from '@ferry/domain';
import { isOlder } from './is-older.ts';

/** The first QEMU that keeps account by itself of whether its images are its own: `migration/block-active.c`. */
const ACCOUNTS_FOR_IMAGES = '10.0';

/**
 * Whether a transfer that breaks in the switchover may cost the guest. Before 10.0 a QEMU whose several connections break
 * there marks the migration as failed by another thread, and so lets the guest run on without having taken its images back;
 * it dies of the guest's next write (`bdrv_co_write_req_prepare: Assertion …`). Seen with 7.2 where the destination hung.
 */
export function connectionsUnsafe(
  host: HostId,
  policy: MigrationPolicy | undefined,
  { hypervisor: { type, version }, host: source }: Pick<HostFacts, 'host' | 'hypervisor'>,
): Finding | null {
  if (policy === undefined || (policy.channels === 1 && policy.compression === 'none')) return null;
  if (type !== 'qemu' || !isOlder(version, ACCOUNTS_FOR_IMAGES)) return null;
  const asked = policy.channels > 1 ? `${policy.channels} connections` : 'compression';
  return finding('CONNECTIONS_UNSAFE', host, `The policy asks for ${asked}, and QEMU is ${version} at ${source}.`);
}
