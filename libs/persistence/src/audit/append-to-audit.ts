import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { auditSchema, type AuditEntry } from './audit-schema.ts';
import { storable } from '../storable.ts';
import type { NewAuditEntry } from './audit-store.ts';

/** The channel on which the id of the newest line is told. */
export const HISTORY_CHANNEL = 'ferry_history';

const AUDIT_LOCK = 4_604_652;

/**
 * From here to the transaction's end nobody else adds lines: ids become visible in their order, so who reads "after id
 * n" never misses a line that was given its id earlier and committed later.
 */
export async function lockAudit(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
}

/** Adds lines in their order and tells listeners at commit. The lock must be held. */
export async function appendToAudit(manager: EntityManager, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const result = await manager
    .createQueryBuilder()
    .insert()
    .into(auditSchema)
    .values(storable(entries) as QueryDeepPartialEntity<AuditEntry>[])
    .returning('id')
    .execute();
  const ids = result.raw as { id: string }[];
  await manager.query('SELECT pg_notify($1, $2)', [HISTORY_CHANNEL, ids.at(-1)?.id]);
}
