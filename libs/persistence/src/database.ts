import { FerryError } from '@ferry/domain';
import type { Client } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { applySchemaChanges } from './apply-schema-changes.ts';
import { createDataSource } from './create-data-source.ts';
import { asUnavailable } from './unavailable.ts';

/** A unit of work that takes longer has failed: a frozen Postgres must be an error, not a hang. */
const DEADLINE_MS = 2_000;

/**
 * The way to Postgres. Connects (and brings the schema up to date) at the first use; while Postgres is away each use
 * fails with `RECORDS_UNAVAILABLE` within two seconds, and the first one after its return succeeds.
 */
export class Database {
  readonly #url: string;
  #source: Promise<DataSource> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  /** Runs queries, each for itself. */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#use((runner) => work(runner.manager));
  }

  /** Runs queries in one transaction: all or nothing. */
  async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#use((runner) => runner.manager.transaction(work));
  }

  /** Fails with `RECORDS_UNAVAILABLE` unless Postgres answers. */
  async ping(): Promise<void> {
    await this.read((manager) => manager.query('SELECT 1'));
  }

  async close(): Promise<void> {
    const opened = this.#source;
    this.#source = null;
    await opened?.then(
      (source) => source.destroy(),
      () => undefined, // it never opened: nothing to close
    );
  }

  async #use<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const deadline = Date.now() + DEADLINE_MS;
    const source = await this.#open();
    const runner = source.createQueryRunner();
    try {
      const connection = (await runner
        .connect()
        .catch((error: unknown) => asUnavailable(error, 'connecting'))) as Client;
      // Ending it makes its query fail, and the pool drop it.
      const overdue = setTimeout(() => void connection.end(), Math.max(0, deadline - Date.now()));
      try {
        return await work(runner);
      } catch (error) {
        return asUnavailable(error);
      } finally {
        clearTimeout(overdue);
      }
    } finally {
      await runner.release();
    }
  }

  async #open(): Promise<DataSource> {
    this.#source ??= this.#connect();
    let overdue: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new FerryError('RECORDS_UNAVAILABLE', 'Postgres accepts connections and does not answer.');
      overdue = setTimeout(() => reject(error), DEADLINE_MS);
    });
    try {
      return await Promise.race([this.#source, late]);
    } finally {
      clearTimeout(overdue);
    }
  }

  async #connect(): Promise<DataSource> {
    try {
      await applySchemaChanges(this.#url);
      return await createDataSource(this.#url).initialize();
    } catch (error) {
      this.#source = null;
      return asUnavailable(error, 'connecting');
    }
  }
}
