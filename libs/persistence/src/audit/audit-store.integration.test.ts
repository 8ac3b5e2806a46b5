import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Database } from '../database.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import type { NewAuditEntry } from './audit-store.ts';
import { FakeAuditStore } from './fake-audit-store.ts';
import { PostgresAuditStore } from './postgres-audit-store.ts';

const refusal = (vm: string): NewAuditEntry => ({
  ...{ at: '2026-01-31T12:00:00.000Z', actor: 'ann', action: 'migration.refused', outcome: 'refused' },
  ...{ migration: null, sequence: null, vm, host: null, details: { code: 'SAME_HOST' } },
});

let temporary: TemporaryDatabase;
let database: Database;
beforeAll(async () => {
  temporary = await createTemporaryDatabase(inject('databaseUrl'));
  database = new Database(temporary.url);
});
afterAll(async () => {
  await database.close();
  await temporary.drop();
});

describe.each([
  ['Postgres', () => new PostgresAuditStore(database)],
  ['memory', () => new FakeAuditStore()],
])('the audit history in %s', (_, open) => {
  it('is read in both directions, page by page, filtered', async () => {
    const audit = open();
    await audit.record(['a', 'b', 'a', 'a'].map(refusal));
    const newest = await audit.list({ vm: 'a', order: 'newest-first', limit: 2 });
    const rest = await audit.list({ vm: 'a', order: 'newest-first', limit: 2, cursor: newest.nextCursor ?? '' });
    const oldest = await audit.list({ vm: 'a', order: 'oldest-first', limit: 3 });
    expect([...newest.items, ...rest.items].reverse()).toEqual(oldest.items);
    expect(oldest.items).toHaveLength(3);
    expect(rest.nextCursor).toBeNull();
    expect(await audit.after(oldest.items[0]?.id ?? '', { vm: 'a' }, 10)).toEqual(oldest.items.slice(1));
    expect(await audit.newestId()).toBe(oldest.items.at(-1)?.id);
  });
});

describe('the audit history in Postgres', () => {
  it.each(['UPDATE audit SET actor = $$eve$$', 'DELETE FROM audit', 'TRUNCATE audit'])(
    'refuses %s',
    async (statement) => {
      await expect(database.read((manager) => manager.query(statement))).rejects.toThrow(
        'the audit history only grows',
      );
    },
  );

  it('shows its lines in the order of their ids, however many write at once', async () => {
    const audit = new PostgresAuditStore(database);
    const start = await audit.newestId();
    let written = false;
    const writing = () => !written;
    // No more of them than wait for each other within the patience of the pool, also on a busy machine.
    const writers = Promise.all(Array.from({ length: 16 }, () => audit.record(['c', 'c'].map(refusal)))).finally(() => {
      written = true;
    });
    const seen: string[] = [];
    while (writing() || (await audit.newestId()) !== (seen.at(-1) ?? start)) {
      seen.push(...(await audit.after(seen.at(-1) ?? start, {}, 100)).map((entry) => entry.id));
    }
    await writers;
    expect(seen).toHaveLength(32);
  });
});
