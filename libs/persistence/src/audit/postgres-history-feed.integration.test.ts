import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Database } from '../database.ts';
import { CuttableLink } from '../testing/cuttable-link.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import type { NewAuditEntry } from './audit-store.ts';
import { PostgresAuditStore } from './postgres-audit-store.ts';
import { PostgresHistoryFeed } from './postgres-history-feed.ts';

const line = (vm: string): NewAuditEntry => ({
  ...{ at: '2026-01-31T12:00:00.000Z', actor: 'ann', action: 'migration.refused', outcome: 'refused' },
  ...{ migration: null, sequence: null, vm, host: null, details: {} },
});

describe('the feed of the history', () => {
  let temporary: TemporaryDatabase;
  let link: CuttableLink;
  const databases: Database[] = [];
  const stores = (url: string) => {
    const database = new Database(url);
    databases.push(database);
    return new PostgresAuditStore(database);
  };
  beforeAll(async () => {
    temporary = await createTemporaryDatabase(inject('databaseUrl'));
    const { hostname, port } = new URL(temporary.url);
    link = new CuttableLink({ host: hostname, port: Number(port) });
    await link.restore();
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await temporary.drop();
  });

  it('tells each line once and in order, also those written while it could not reach Postgres', async () => {
    const direct = stores(temporary.url);
    await direct.record([line('before')]);
    const url = new URL(temporary.url);
    url.port = String(link.port);
    const events = new EventEmitter();
    const feed = new PostgresHistoryFeed(url.href, stores(url.href), () => events.emit('trouble'));
    const told: (string | null)[] = [];
    feed.subscribe(({ vm }) => {
      told.push(vm);
      events.emit(vm ?? '');
    });
    feed.start();
    // The feed's first position is the newest line at its start: written until it tells one.
    const first = once(events, 'first');
    const write = setInterval(() => void direct.record([line('first')]), 100);
    await first;
    clearInterval(write);

    const trouble = once(events, 'trouble');
    await link.cut();
    await trouble;
    await direct.record(['a', 'b', 'c'].map(line));
    const last = once(events, 'd');
    await link.restore();
    await direct.record([line('d')]);
    await last;
    expect(told.filter((vm) => vm !== 'first')).toEqual(['a', 'b', 'c', 'd']);
    await feed.close();
  });
});
