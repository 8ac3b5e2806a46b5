import type {
  Failure,
  Hold,
  HostId,
  Instant,
  MigrationId,
  MigrationPolicy,
  MigrationStateName,
  Phase,
  Priority,
  RehearsalFigures,
  TransferStatistics,
  VmId,
} from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** A migration as it is searched and shown: the sum of its events. */
export interface MigrationRow {
  id: MigrationId;
  vm: VmId;
  source: HostId;
  destination: HostId;
  state: MigrationStateName;
  /** The phase under way, or the last one that was reached; null before the first and after completion. */
  phase: Phase | null;
  owner: HostId | null;
  requestedBy: string;
  reason: string | null;
  requestedAt: Instant;
  finishedAt: Instant | null;
  policy: MigrationPolicy;
  /** Its switchover waits until somebody releases it. */
  hold: Hold | null;
  priority: Priority;
  failure: Failure | null;
  statistics: TransferStatistics | null;
  /** Null where the guest is to move; the figures are there once it has ended well. */
  rehearsal: { figures: RehearsalFigures | null } | null;
  blackoutMs: number | null;
  /** The number of the last event that is part of this row. */
  lastSequence: number;
}

const states = `'running', 'queued', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'rehearsed', 'failed'`;

export const migrationSchema = defineTable<MigrationRow>({
  name: 'Migration',
  tableName: 'migrations',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'migrations_pkey' },
    vm: { type: 'text' },
    source: { type: 'text' },
    destination: { type: 'text' },
    state: { type: 'text' },
    phase: { type: 'text', nullable: true },
    owner: { type: 'text', nullable: true },
    requestedBy: { type: 'text', name: 'requested_by' },
    reason: { type: 'text', nullable: true },
    requestedAt: { ...instantColumn, name: 'requested_at' },
    finishedAt: { ...instantColumn, name: 'finished_at', nullable: true },
    policy: { type: 'jsonb' },
    hold: { type: 'jsonb', nullable: true },
    priority: { type: 'text' },
    failure: { type: 'jsonb', nullable: true },
    statistics: { type: 'jsonb', nullable: true },
    rehearsal: { type: 'jsonb', nullable: true },
    blackoutMs: { type: 'integer', name: 'blackout_ms', nullable: true },
    lastSequence: { type: 'integer', name: 'last_sequence' },
  },
  indices: [
    { name: 'migrations_requested_at_idx', columns: ['requestedAt', 'id'] },
    { name: 'migrations_vm_idx', columns: ['vm', 'requestedAt'] },
  ],
  checks: [
    { name: 'migrations_state_check', expression: `state IN (${states})` },
    { name: 'migrations_priority_check', expression: `priority IN ('urgent', 'normal', 'background')` },
  ],
});
