import { decodeCursor, pageOf, type Page } from '../cursor.ts';
import type { Database } from '../database.ts';
import { appendToAudit, lockAudit } from './append-to-audit.ts';
import { auditSchema, type AuditEntry } from './audit-schema.ts';
import type { AuditFilter, AuditListRequest, AuditStore, NewAuditEntry } from './audit-store.ts';

export const AUDIT_CURSOR = [/^\d{1,18}$/] as const;

export class PostgresAuditStore implements AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(entries: readonly NewAuditEntry[]): Promise<void> {
    await this.#database.write(async (manager) => {
      await lockAudit(manager);
      await appendToAudit(manager, entries);
    });
  }

  async list(request: AuditListRequest): Promise<Page<AuditEntry>> {
    const newestFirst = request.order === 'newest-first';
    const [from] = request.cursor === undefined ? [] : decodeCursor(request.cursor, AUDIT_CURSOR);
    const found = await this.#select(request, newestFirst ? 'DESC' : 'ASC', from, request.limit + 1);
    return pageOf(found, request.limit, (entry) => [entry.id]);
  }

  async after(id: string, filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
    return this.#select(filter, 'ASC', id, limit);
  }

  async newestId(): Promise<string> {
    const [row] = await this.#database.read((manager) =>
      manager.query<{ id: string }[]>('SELECT coalesce(max(id), 0)::text AS id FROM audit'),
    );
    return row?.id ?? '0';
  }

  async #select(filter: AuditFilter, order: 'ASC' | 'DESC', from: string | undefined, limit: number) {
    return this.#database.read(async (manager) => {
      const query = manager.createQueryBuilder(auditSchema, 'entry').orderBy('entry.id', order).limit(limit);
      if (filter.migration !== undefined) query.andWhere('entry.migration = :migration', filter);
      if (filter.vm !== undefined) query.andWhere('entry.vm = :vm', filter);
      if (from !== undefined) query.andWhere(order === 'ASC' ? 'entry.id > :from' : 'entry.id < :from', { from });
      return query.getMany();
    });
  }
}
