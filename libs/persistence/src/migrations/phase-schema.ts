import type { Failure, HostId, Instant, MigrationId, Phase } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** One phase of one migration, as it went last. Instants of a completed phase are its agent's own. */
export interface PhaseRun {
  phase: Phase;
  state: 'running' | 'completed' | 'failed';
  host: HostId | null;
  attempts: number;
  startedAt: Instant | null;
  finishedAt: Instant | null;
  details: Record<string, unknown>;
  failure: Failure | null;
}

export type PhaseRow = PhaseRun & { migration: MigrationId };

export const phaseSchema = defineTable<PhaseRow>({
  name: 'Phase',
  tableName: 'phases',
  columns: {
    migration: { type: 'uuid', primary: true, primaryKeyConstraintName: 'phases_pkey' },
    phase: { type: 'text', primary: true, primaryKeyConstraintName: 'phases_pkey' },
    state: { type: 'text' },
    host: { type: 'text', nullable: true },
    attempts: { type: 'integer' },
    startedAt: { ...instantColumn, name: 'started_at', nullable: true },
    finishedAt: { ...instantColumn, name: 'finished_at', nullable: true },
    details: { type: 'jsonb' },
    failure: { type: 'jsonb', nullable: true },
  },
  foreignKeys: [
    { name: 'phases_migration_fkey', target: 'Migration', columnNames: ['migration'], referencedColumnNames: ['id'] },
  ],
  checks: [{ name: 'phases_state_check', expression: `state IN ('running', 'completed', 'failed')` }],
});
