import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database of its own for one test file, on a server that others use too. */
export interface TemporaryDatabase {
  url: string;
  /** Ends whoever is connected, and removes it. */
  drop(): Promise<void>;
}

export async function createTemporaryDatabase(serverUrl: string): Promise<TemporaryDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
