import type { MigrationEvent, MigrationId } from '@ferry/domain';
import { entryOfEvent } from '../audit/entry-of-event.ts';
import { FakeAuditStore } from '../audit/fake-audit-store.ts';
import { decodeCursor, pageOf, type Page } from '../cursor.ts';
import { storable } from '../storable.ts';
import { without } from '../without.ts';
import { applyEvent, type MigrationRecord } from './apply-event.ts';
import type { MigrationRow } from './migration-schema.ts';
import type { MigrationListRequest, MigrationStore } from './migration-store.ts';
import { byMigration, newEvents } from './new-events.ts';
import { MIGRATION_CURSOR } from './postgres-migration-store.ts';

/** Migrations in memory, with the audit history that their events make. */
export class FakeMigrationStore implements MigrationStore {
  readonly audit: FakeAuditStore;
  readonly #records = new Map<MigrationId, MigrationRecord>();

  constructor(audit = new FakeAuditStore()) {
    this.audit = audit;
  }

  async recordEvents(events: readonly MigrationEvent[]): Promise<void> {
    const changed: MigrationRecord[] = [];
    const fresh: MigrationEvent[] = [];
    for (const [id, ordered] of byMigration(storable(events))) {
      let record = this.#records.get(id) ?? null;
      for (const event of newEvents(ordered, record?.lastSequence ?? 0)) {
        record = applyEvent(record, event);
        fresh.push(event);
      }
      if (record !== null) changed.push(record);
    }
    for (const record of changed) this.#records.set(record.id, record);
    await this.audit.record(fresh.map(entryOfEvent));
  }

  find(id: MigrationId): Promise<MigrationRecord | null> {
    return Promise.resolve(structuredClone(this.#records.get(id) ?? null));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a bad cursor must reject, not throw
  async list({ state, vm, host, cursor, limit }: MigrationListRequest): Promise<Page<MigrationRow>> {
    const from = cursor === undefined ? null : decodeCursor(cursor, MIGRATION_CURSOR).join(' ');
    const found = [...this.#records.values()]
      .filter((row) => (state ?? row.state) === row.state && (vm ?? row.vm) === row.vm)
      .filter((row) => host === undefined || row.source === host || row.destination === host)
      .filter((row) => from === null || keyOf(row).join(' ') < from)
      .sort((a, b) => (keyOf(a).join(' ') < keyOf(b).join(' ') ? 1 : -1))
      .map((record) => without(record, 'phases'));
    return pageOf(found, limit, keyOf);
  }
}

function keyOf(row: MigrationRow): string[] {
  return [row.requestedAt, row.id];
}
