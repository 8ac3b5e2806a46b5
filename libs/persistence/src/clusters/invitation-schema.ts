import type { ClusterName, HostId, Instant } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** A host may join a cluster by this; one that is a member of it already changes its credential so. */
export interface InvitationRow {
  host: HostId;
  cluster: ClusterName;
  /** SHA-256 in hex. */
  credentialHash: string;
  invitedAt: Instant;
  invitedBy: string;
  expiresAt: Instant;
}

export const invitationSchema = defineTable<InvitationRow>({
  name: 'Invitation',
  tableName: 'invitations',
  columns: {
    host: { type: 'text', primary: true, primaryKeyConstraintName: 'invitations_pkey' },
    cluster: { type: 'text' },
    credentialHash: { type: 'text', name: 'credential_hash' },
    invitedAt: { ...instantColumn, name: 'invited_at' },
    invitedBy: { type: 'text', name: 'invited_by' },
    expiresAt: { ...instantColumn, name: 'expires_at' },
  },
  foreignKeys: [
    { name: 'invitations_cluster_fkey', target: 'Cluster', columnNames: ['cluster'], referencedColumnNames: ['name'] },
  ],
});
