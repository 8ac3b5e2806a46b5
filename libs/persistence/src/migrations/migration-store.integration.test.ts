import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PostgresAuditStore } from '../audit/postgres-audit-store.ts';
import { Database } from '../database.ts';
import { completed, eventsOf, requested, secondsAfter } from '../testing/sample-events.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { FakeMigrationStore } from './fake-migration-store.ts';
import { PostgresMigrationStore } from './postgres-migration-store.ts';

const started = { type: 'phase-started', phase: 'preflight' } as const;
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

const postgres = () => ({ migrations: new PostgresMigrationStore(database), audit: new PostgresAuditStore(database) });
const fake = () => {
  const migrations = new FakeMigrationStore();
  return { migrations, audit: migrations.audit };
};

describe.each([
  ['Postgres', postgres],
  ['memory', fake],
])('migrations in %s', (_, open) => {
  const history = async (audit: ReturnType<typeof open>['audit'], migration: string) =>
    (await audit.after('0', { migration }, 100)).map((entry) => entry.sequence);

  it('are read back as they were told, with their history', async () => {
    const { migrations, audit } = open();
    const id = randomUUID();
    await migrations.recordEvents(eventsOf([requested, started], { migration: id }));
    await migrations.recordEvents(eventsOf([requested, started, completed], { migration: id }));
    expect(await migrations.find(id)).toMatchObject({ id, state: 'completed', blackoutMs: 30, lastSequence: 3 });
    expect((await migrations.find(id))?.phases).toMatchObject([{ phase: 'preflight', host: null, attempts: 0 }]);
    expect((await audit.after('0', { migration: id }, 10))[0]).toMatchObject({
      ...{ actor: 'ann', action: 'migration.requested', outcome: 'accepted', vm: 'web-1' },
      details: { reason: 'new firmware', source: 'host-a', destination: 'host-b' },
    });
  });

  it('keep the words of programs, whatever characters they have', async () => {
    const { migrations, audit } = open();
    const id = randomUUID();
    const failure = { code: 'DESTINATION_DIED', detail: 'QEMU said \u0000 and \ud800' } as const;
    await migrations.recordEvents(
      eventsOf([requested, { type: 'failed', owner: 'host-a', failure }], { migration: id }),
    );
    const kept = { failure: { code: 'DESTINATION_DIED', detail: 'QEMU said \ufffd and \ufffd' } };
    expect(await migrations.find(id)).toMatchObject(kept);
    expect((await audit.after('0', { migration: id }, 10)).at(-1)?.details).toMatchObject(kept);
  });

  it('store an event that comes twice once', async () => {
    const { migrations, audit } = open();
    const id = randomUUID();
    const events = eventsOf([requested, started, completed], { migration: id });
    await Promise.all(
      [events, events, [...events, ...events], events.slice(0, 1)].map((e) => migrations.recordEvents(e)),
    );
    expect(await history(audit, id)).toEqual([1, 2, 3]);
  });

  it('refuse a gap, and then nothing of the batch is stored', async () => {
    const { migrations, audit } = open();
    const id = randomUUID();
    const [first, , third] = eventsOf([requested, started, completed], { migration: id });
    if (!first || !third) throw new Error('unreachable');
    await expect(migrations.recordEvents([first, third])).rejects.toThrow('event 3 of migration');
    expect(await migrations.find(id)).toBeNull();
    expect(await history(audit, id)).toEqual([]);
  });

  it('are listed newest first, page by page, without one lost or twice', async () => {
    const { migrations } = open();
    const vm = `vm-${randomUUID().slice(0, 8)}`;
    // Two of them were requested in the same millisecond.
    const ids = [0, 1, 1, 2, 3].map((seconds) => ({
      id: randomUUID(),
      at: secondsAfter('2026-02-01T00:00:00.000Z', seconds),
    }));
    for (const { id, at } of ids) await migrations.recordEvents(eventsOf([requested], { migration: id, vm, from: at }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await migrations.list({ vm, host: 'host-b', state: 'running', limit: 2, cursor });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const expected = ids.sort((a, b) => (a.at + a.id < b.at + b.id ? 1 : -1)).map(({ id }) => id);
    expect(seen).toEqual(expected);
    expect((await migrations.list({ vm, host: 'host-c', limit: 2 })).items).toEqual([]);
    await expect(migrations.list({ limit: 2, cursor: 'bm8' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
