import { PHASES, type MigrationEvent, type MigrationId } from '@ferry/domain';
import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { appendToAudit, lockAudit } from '../audit/append-to-audit.ts';
import { entryOfEvent } from '../audit/entry-of-event.ts';
import { decodeCursor, isInstant, pageOf, type Page } from '../cursor.ts';
import type { Database } from '../database.ts';
import { storable } from '../storable.ts';
import { settleOwner } from '../virtual-machines/settle-owner.ts';
import { without } from '../without.ts';
import { applyEvent, type MigrationRecord } from './apply-event.ts';
import { migrationSchema, type MigrationRow } from './migration-schema.ts';
import type { MigrationListRequest, MigrationStore } from './migration-store.ts';
import { byMigration, newEvents } from './new-events.ts';
import { phaseSchema, type PhaseRow, type PhaseRun } from './phase-schema.ts';

export const MIGRATION_CURSOR = [{ test: isInstant }, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/] as const;

export class PostgresMigrationStore implements MigrationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async recordEvents(events: readonly MigrationEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#database.write(async (manager) => {
      // Also keeps two deliveries of the same events apart: the second one finds them stored.
      await lockAudit(manager);
      for (const [id, ordered] of byMigration(storable(events))) await this.#record(manager, id, ordered);
    });
  }

  async #record(manager: EntityManager, id: MigrationId, ordered: readonly MigrationEvent[]): Promise<void> {
    const known = await load(manager, id);
    const fresh = newEvents(ordered, known?.lastSequence ?? 0);
    let record = known;
    for (const event of fresh) record = applyEvent(record, event);
    if (record === null || fresh.length === 0) return;
    await appendToAudit(manager, fresh.map(entryOfEvent));
    const { phases, ...migration } = record;
    await manager.upsert(migrationSchema, migration, ['id']);
    await storePhases(
      manager,
      id,
      phases.filter((run) => !known?.phases.includes(run)),
    );
    for (const event of fresh) if (event.type === 'decided') await settleOwner(manager, event);
  }

  async find(id: MigrationId): Promise<MigrationRecord | null> {
    return this.#database.read((manager) => load(manager, id));
  }

  async list(request: MigrationListRequest): Promise<Page<MigrationRow>> {
    const { state, vm, host, cursor, limit } = request;
    const from = cursor === undefined ? null : decodeCursor(cursor, MIGRATION_CURSOR);
    const found = await this.#database.read(async (manager) => {
      const query = manager
        .createQueryBuilder(migrationSchema, 'migration')
        .orderBy({ 'migration.requestedAt': 'DESC', 'migration.id': 'DESC' })
        .limit(limit + 1);
      if (state !== undefined) query.andWhere('migration.state = :state', { state });
      if (vm !== undefined) query.andWhere('migration.vm = :vm', { vm });
      if (host !== undefined) query.andWhere('(migration.source = :host OR migration.destination = :host)', { host });
      if (from !== null) {
        const [at, id] = from;
        query.andWhere('(migration.requestedAt, migration.id) < (:at, :id)', { at, id });
      }
      return query.getMany();
    });
    return pageOf(found, limit, (row) => [row.requestedAt, row.id]);
  }
}

async function storePhases(manager: EntityManager, migration: MigrationId, runs: readonly PhaseRun[]): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map((run) => ({ ...run, migration }));
  await manager.upsert(phaseSchema, rows as QueryDeepPartialEntity<PhaseRow>[], ['migration', 'phase']);
}

async function load(manager: EntityManager, id: MigrationId): Promise<MigrationRecord | null> {
  const migration = await manager.findOneBy(migrationSchema, { id });
  if (migration === null) return null;
  const phases = await manager.findBy(phaseSchema, { migration: id });
  const runs = phases.map((row): PhaseRun => without(row, 'migration'));
  return { ...migration, phases: runs.sort((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase)) };
}
