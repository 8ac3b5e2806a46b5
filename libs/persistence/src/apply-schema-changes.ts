import { createDataSource } from './create-data-source.ts';

/** Any number that no other program takes in this database. */
const SCHEMA_LOCK = 4_604_651;

/** Brings the database to the schema of this version. Safe to be called by several processes at once: they queue. */
export async function applySchemaChanges(url: string): Promise<void> {
  const source = createDataSource(url, 2);
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await lock.release();
    // Ends the session, and with it the lock.
    await source.destroy();
  }
}
