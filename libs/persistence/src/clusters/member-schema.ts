import type { ClusterName, HostId, Instant } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** A host that is a member of a cluster, and what it shows to be that. */
export interface MemberRow {
  host: HostId;
  cluster: ClusterName;
  /** SHA-256 in hex. The credential itself is nowhere but at the host. */
  credentialHash: string;
  joinedAt: Instant;
}

export const memberSchema = defineTable<MemberRow>({
  name: 'Member',
  tableName: 'members',
  columns: {
    host: { type: 'text', primary: true, primaryKeyConstraintName: 'members_pkey' },
    cluster: { type: 'text' },
    credentialHash: { type: 'text', name: 'credential_hash' },
    joinedAt: { ...instantColumn, name: 'joined_at' },
  },
  foreignKeys: [
    { name: 'members_cluster_fkey', target: 'Cluster', columnNames: ['cluster'], referencedColumnNames: ['name'] },
  ],
});
