import type { MigrationStatus } from './protocol.ts';

const known = {
  none: true,
  setup: true,
  cancelling: true,
  cancelled: true,
  active: true,
  'postcopy-active': true,
  'postcopy-paused': true,
  'postcopy-recover': true,
  completed: true,
  failed: true,
  colo: true,
  'pre-switchover': true,
  device: true,
  'wait-unplug': true,
} as const satisfies Record<MigrationStatus, true>;

/**
 * A status as QEMU sent it, or `unknown` for one that 7.2 does not have: that is "in doubt", never "failed".
 * QEMU leaves the status out before the first migration, which is `none`.
 */
export function migrationStatus(sent: string | undefined): MigrationStatus | 'unknown' {
  if (sent === undefined) return 'none';
  return Object.hasOwn(known, sent) ? (sent as MigrationStatus) : 'unknown';
}
