import type { ClusterName, Instant } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** Hosts that may exchange running VMs. */
export interface ClusterRow {
  name: ClusterName;
  createdAt: Instant;
  createdBy: string;
}

export const clusterSchema = defineTable<ClusterRow>({
  name: 'Cluster',
  tableName: 'clusters',
  columns: {
    name: { type: 'text', primary: true, primaryKeyConstraintName: 'clusters_pkey' },
    createdAt: { ...instantColumn, name: 'created_at' },
    createdBy: { type: 'text', name: 'created_by' },
  },
});
