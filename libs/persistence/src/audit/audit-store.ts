import type { MigrationId, VmId } from '@ferry/domain';
import type { Page, PageRequest } from '../cursor.ts';
import type { AuditEntry } from './audit-schema.ts';

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'recordedAt'>;

export interface AuditFilter {
  migration?: MigrationId | undefined;
  vm?: VmId | undefined;
}

export type AuditListRequest = PageRequest & AuditFilter & { order: 'oldest-first' | 'newest-first' };

/** The audit history. It only grows: the database itself refuses to change or remove a line. */
export interface AuditStore {
  /** Adds lines in their order; whoever listens is told. */
  record(entries: readonly NewAuditEntry[]): Promise<void>;
  list(request: AuditListRequest): Promise<Page<AuditEntry>>;
  /** Up to `limit` lines after the one with this id, oldest first. */
  after(id: string, filter: AuditFilter, limit: number): Promise<AuditEntry[]>;
  /** The id of the newest line; `0` before the first. */
  newestId(): Promise<string>;
}
