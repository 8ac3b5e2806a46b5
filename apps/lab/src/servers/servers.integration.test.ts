import { isAlive } from '@ferry/processes';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provisioned } from '../provision/provision.ts';
import { provision } from '../provision/provision.ts';
import { PostgresServer } from './postgres-server.ts';
import { readRecord } from './recorded-process.ts';
import { TemporalServer } from './temporal-server.ts';

const root = join(import.meta.dirname, '../../../..');
let parts: Provisioned;
let folder: string;

beforeAll(async () => {
  parts = await provision({ root, say: (line) => console.log(line) });
  folder = await mkdtemp(join(tmpdir(), 'ferry-servers-'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function attributesOf(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const answer = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    return Object.keys(answer.customAttributes);
  } finally {
    await connection.close();
  }
}

describe('the lab’s PostgreSQL', () => {
  it('keeps address and data over a kill -9, and leaves no process when it is stopped', async () => {
    const server = await PostgresServer.start({ binaries: parts.postgres, folder: join(folder, 'postgres') });
    try {
      const { url } = server;
      await query(url, 'create table kept (n integer)');
      await query(url, 'insert into kept values (7)');
      await server.kill();
      await expect(query(url, 'select 1')).rejects.toThrow();
      await server.startAgain();
      expect(server.url).toBe(url);
      expect(await query(url, 'select n from kept')).toEqual([{ n: 7 }]);
      expect(await query(url, "select setting from pg_settings where name = 'fsync'")).toEqual([{ setting: 'on' }]);
      await expect(query(url.replace(/ferry:[^@]+@/, 'ferry:wrong@'), 'select 1')).rejects.toThrow('password');
      expect((await stat(join(folder, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    } finally {
      await server.stop();
    }
    expect(await readRecord(join(folder, 'postgres', 'process.json'))).toBeUndefined();
  }, 30_000);
});

describe('the lab’s Temporal server', () => {
  it('keeps address and data over a kill -9, and knows Ferry’s search attributes', async () => {
    const server = await TemporalServer.start({ binary: parts.temporal, folder: join(folder, 'temporal') });
    try {
      const { address } = server;
      expect(await attributesOf(address)).toEqual(
        expect.arrayContaining(['FerryVm', 'FerryMigration', 'FerrySource', 'FerryDestination', 'FerryState']),
      );
      await server.kill();
      await server.startAgain();
      expect(server.address).toBe(address);
      expect(await attributesOf(address)).toContain('FerryState');
    } finally {
      await server.stop();
    }
  }, 60_000);

  it('is ended by the next start when the one who started it is gone', async () => {
    const options = { binary: parts.temporal, folder: join(folder, 'orphan') };
    await TemporalServer.start(options);
    const orphan = await readRecord(join(options.folder, 'process.json'));
    const next = await TemporalServer.start(options);
    try {
      expect(orphan && isAlive(orphan)).toBe(false);
    } finally {
      await next.stop();
    }
  }, 60_000);
});
