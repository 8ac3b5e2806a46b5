import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { applySchemaChanges } from '../apply-schema-changes.ts';
import { createDataSource } from '../create-data-source.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';

describe('the schema', () => {
  let database: TemporaryDatabase;
  beforeAll(async () => {
    database = await createTemporaryDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());

  it('is made once when several processes start at once', async () => {
    await Promise.all([1, 2, 3].map(() => applySchemaChanges(database.url)));
    await applySchemaChanges(database.url);
  });

  it('is what the entities say', async () => {
    const source = await createDataSource(database.url).initialize();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    await source.destroy();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
