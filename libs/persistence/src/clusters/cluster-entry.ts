import type { ClusterName, HostId, Request } from '@ferry/domain';
import type { NewAuditEntry } from '../audit/audit-store.ts';

export type ClusterAction = 'create' | 'remove' | 'invite' | 'join' | 'dismiss';

/** The line of the audit history for a change of a cluster. */
export function clusterEntry(
  action: ClusterAction,
  { actor, reason }: Request,
  { cluster, host, ...more }: { cluster: ClusterName; host: HostId | null; expiresAt?: string },
): NewAuditEntry {
  return {
    ...{ at: new Date().toISOString(), actor, action: `cluster.${action}`, outcome: 'done', host },
    ...{ vm: null, migration: null, sequence: null },
    details: { cluster, ...more, ...(reason === null ? {} : { reason }) },
  };
}
