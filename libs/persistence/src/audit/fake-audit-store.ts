import { decodeCursor, pageOf, type Page } from '../cursor.ts';
import { storable } from '../storable.ts';
import type { AuditEntry } from './audit-schema.ts';
import type { AuditFilter, AuditListRequest, AuditStore, NewAuditEntry } from './audit-store.ts';
import { AUDIT_CURSOR } from './postgres-audit-store.ts';

/** An audit history in memory. */
export class FakeAuditStore implements AuditStore {
  readonly entries: AuditEntry[] = [];

  record(entries: readonly NewAuditEntry[]): Promise<void> {
    for (const entry of entries) {
      const id = String(this.entries.length + 1);
      this.entries.push({ ...storable(entry), id, recordedAt: new Date().toISOString() });
    }
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a bad cursor must reject, not throw
  async list(request: AuditListRequest): Promise<Page<AuditEntry>> {
    const [from] = request.cursor === undefined ? [] : decodeCursor(request.cursor, AUDIT_CURSOR);
    const newestFirst = request.order === 'newest-first';
    const ordered = newestFirst ? this.#matching(request).reverse() : this.#matching(request);
    const rest = ordered.filter(({ id }) => from === undefined || (newestFirst ? +id < +from : +id > +from));
    return pageOf(rest, request.limit, (entry) => [entry.id]);
  }

  after(id: string, filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
    const found = this.#matching(filter).filter((entry) => Number(entry.id) > Number(id));
    return Promise.resolve(found.slice(0, limit));
  }

  newestId(): Promise<string> {
    return Promise.resolve(this.entries.at(-1)?.id ?? '0');
  }

  #matching({ migration, vm }: AuditFilter): AuditEntry[] {
    return this.entries.filter(
      (entry) => (migration ?? entry.migration) === entry.migration && (vm ?? entry.vm) === entry.vm,
    );
  }
}
