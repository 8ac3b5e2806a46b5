import type { ClusterName, HostId, HostReport, Instant } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** A host, as its agent reported it last. */
export interface HostRow extends Pick<
  HostReport,
  'agentVersion' | 'hypervisor' | 'cpu' | 'memory' | 'migrationAddress' | 'networks'
> {
  id: HostId;
  /** By the agent's clock: orders its reports. */
  reportedAt: Instant;
  /** By the database's clock: tells whether the host is silent. */
  receivedAt: Instant;
  /** How long ago that was. */
  silentMs: number;
  /** The cluster that it is a member of. */
  cluster: ClusterName | null;
}

export const hostSchema = defineTable<HostRow>({
  name: 'Host',
  tableName: 'hosts',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'hosts_pkey' },
    agentVersion: { type: 'text', name: 'agent_version' },
    hypervisor: { type: 'jsonb' },
    cpu: { type: 'jsonb' },
    memory: { type: 'jsonb' },
    migrationAddress: { type: 'text', name: 'migration_address' },
    networks: { type: 'jsonb' },
    reportedAt: { ...instantColumn, name: 'reported_at' },
    receivedAt: { ...instantColumn, name: 'received_at' },
    silentMs: {
      type: 'float8',
      virtualProperty: true,
      query: (alias) => `SELECT extract(epoch FROM clock_timestamp() - ${alias}.received_at)::float8 * 1000`,
    },
    cluster: {
      type: 'text',
      virtualProperty: true,
      query: (alias) => `SELECT members.cluster FROM members WHERE members.host = ${alias}.id`,
    },
  },
});
