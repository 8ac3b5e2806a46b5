import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Database } from './database.ts';
import { CuttableLink } from './testing/cuttable-link.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from './testing/temporary-database.ts';

describe('Postgres away', () => {
  let temporary: TemporaryDatabase;
  let link: CuttableLink;
  let url: URL;
  beforeAll(async () => {
    temporary = await createTemporaryDatabase(inject('databaseUrl'));
    url = new URL(temporary.url);
    link = new CuttableLink({ host: url.hostname, port: Number(url.port) });
    await link.restore();
    url.port = String(link.port);
  });
  beforeEach(() => link.restore());
  afterAll(() => temporary.drop());

  async function refusal(database: Database): Promise<number> {
    const start = performance.now();
    await expect(database.ping()).rejects.toMatchObject({ code: 'RECORDS_UNAVAILABLE' });
    return performance.now() - start;
  }

  it('from the start: an error at once, and all well when it comes', async () => {
    await link.cut();
    const database = new Database(url.href);
    expect(await refusal(database)).toBeLessThan(1_000);
    await link.restore();
    await database.ping();
    await database.close();
  });

  it('in between: an error at once, and all well when it is back', async () => {
    const database = new Database(url.href);
    await database.ping();
    await link.cut();
    expect(await refusal(database)).toBeLessThan(1_000);
    await link.restore();
    await database.ping();
    await database.close();
  });

  it('frozen: an error after two seconds, and all well when it is back', async () => {
    const database = new Database(url.href);
    await database.ping();
    link.freeze();
    expect(await refusal(database)).toBeLessThan(2_500);
    expect(await refusal(database)).toBeLessThan(2_500);
    await link.restore();
    await database.ping();
    await database.close();
  });

  it('is no excuse for a wrong statement', async () => {
    const database = new Database(url.href);
    await expect(database.read((manager) => manager.query('SELECT nothing FROM nowhere'))).rejects.toThrow('nowhere');
    await database.close();
  });
});
