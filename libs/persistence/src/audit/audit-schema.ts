import type { HostId, Instant, MigrationId, VmId } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

export const AUDIT_OUTCOMES = ['accepted', 'refused', 'done', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** One line of the audit history. Ids grow in the order in which the lines became visible. */
export interface AuditEntry {
  id: string;
  /** When it happened. */
  at: Instant;
  /** When the database learned of it. */
  recordedAt: Instant;
  actor: string;
  /** `migration.requested`, `virtual-machine.start`, … */
  action: string;
  outcome: AuditOutcome;
  migration: MigrationId | null;
  /** The event's number within its migration. */
  sequence: number | null;
  vm: VmId | null;
  host: HostId | null;
  details: Record<string, unknown>;
}

export const auditSchema = defineTable<AuditEntry>({
  name: 'AuditEntry',
  tableName: 'audit',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment', primaryKeyConstraintName: 'audit_pkey' },
    at: instantColumn,
    recordedAt: { ...instantColumn, name: 'recorded_at', default: () => 'clock_timestamp()' },
    actor: { type: 'text' },
    action: { type: 'text' },
    outcome: { type: 'text' },
    migration: { type: 'uuid', nullable: true },
    sequence: { type: 'integer', nullable: true },
    vm: { type: 'text', nullable: true },
    host: { type: 'text', nullable: true },
    details: { type: 'jsonb' },
  },
  uniques: [{ name: 'audit_migration_sequence_key', columns: ['migration', 'sequence'] }],
  indices: [{ name: 'audit_vm_idx', columns: ['vm', 'id'] }],
  checks: [{ name: 'audit_outcome_check', expression: `outcome IN ('accepted', 'refused', 'done', 'failed')` }],
});
