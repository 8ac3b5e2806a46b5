import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { exists } from '../provision/cache.ts';
import { runCommand } from '../provision/run-command.ts';
import { freePort } from '../processes/free-port.ts';
import type { PostgresPlace } from './postgres-namespace.ts';
import { postgresPlace } from './postgres-namespace.ts';
import type { ProcessRecord } from './recorded-process.ts';
import { endRecorded } from './recorded-process.ts';
import { startUntilReady } from './start-until-ready.ts';

export interface PostgresServerOptions {
  /** The folder of PostgreSQL's `bin`, `lib` and `share`. */
  readonly binaries: string;
  /** Its own folder: data, password, log and process record. Made if missing. */
  readonly folder: string;
  /** All of the server's environment; this process's own unless told. */
  readonly environment?: Readonly<Record<string, string>>;
}

const user = 'ferry';
const database = 'ferry';

/** The lab's PostgreSQL. It keeps its address, its password and its data over any end and start. */
export class PostgresServer {
  readonly #options: PostgresServerOptions;
  readonly #record: string;
  readonly #password: string;
  #process: ProcessRecord | undefined;

  private constructor(
    options: PostgresServerOptions,
    password: string,
    readonly port: number,
  ) {
    this.#options = options;
    this.#record = join(options.folder, 'process.json');
    this.#password = password;
  }

  /**
   * Ends the server that a former run may have left in the folder, makes the data folder if there is none, starts the
   * server on a free port and sees to it that the database `ferry` is there.
   * @throws Error with the end of its log when it does not come up
   */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    await PostgresServer.reap(options.folder);
    const server = new PostgresServer(options, await passwordIn(options.folder), await freePort());
    await server.startAgain();
    await server.#createDatabase();
    return server;
  }

  /** Ends exactly the server that the folder's record names, if it still runs. */
  static reap(folder: string): Promise<void> {
    return endRecorded(join(folder, 'process.json'), { signal: 'SIGINT' });
  }

  /** For clients: everything they need to reach the database, with the password. */
  get url(): string {
    return this.#urlOf(database);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it on the same port and data, after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    const { binaries, folder } = this.#options;
    const data = join(folder, 'data');
    const whole = join(folder, 'data-is-whole');
    const isNew = !(await exists(whole));
    if (isNew) await rm(data, { recursive: true, force: true });
    const place = await postgresPlace({ binaries, data, password: passwordFile(folder) });
    try {
      if (isNew) {
        await this.#initialize(place);
        await writeFile(whole, '');
      }
      await this.#launch(place);
    } finally {
      await place.release();
    }
  }

  /** Ends it without waiting for its clients (a fast shutdown), and waits until it is gone. */
  async stop(): Promise<void> {
    await endRecorded(this.#record, { signal: 'SIGINT' });
    this.#process = undefined;
  }

  /** Ends it with SIGKILL, and waits until it is gone. Its data is then recovered at the next start. */
  async kill(): Promise<void> {
    await endRecorded(this.#record, { signal: 'SIGKILL' });
    this.#process = undefined;
  }

  async #initialize(place: PostgresPlace): Promise<void> {
    const flags = ['--auth=scram-sha-256', `--pwfile=${place.password}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
    const { program, args } = place.command('initdb', [`--pgdata=${place.data}`, `--username=${user}`, ...flags]);
    await runCommand(program, args);
  }

  async #launch(place: PostgresPlace): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      unix_socket_directories: '',
      shared_buffers: '32MB',
      fsync: 'on',
      max_connections: 100,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = place.command('postgres', ['-D', place.data, ...flags]);
    const { folder, environment } = this.#options;
    const files = { log: join(folder, 'server.log'), record: this.#record };
    const recorded = { ...command, environment, ...files };
    this.#process = await startUntilReady('PostgreSQL', recorded, () => this.#answers());
  }

  async #answers(): Promise<boolean> {
    return this.#query('postgres', 'select 1').then(
      () => true,
      () => false,
    );
  }

  async #createDatabase(): Promise<void> {
    const { rowCount } = await this.#query('postgres', `select from pg_database where datname = '${database}'`);
    if (rowCount === 0) await this.#query('postgres', `create database ${database}`);
  }

  async #query(name: string, statement: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: this.#urlOf(name), connectionTimeoutMillis: 1000 });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  }

  #urlOf(name: string): string {
    return `postgres://${user}:${this.#password}@127.0.0.1:${this.port}/${name}`;
  }
}

async function passwordIn(folder: string): Promise<string> {
  const path = passwordFile(folder);
  if (!(await exists(path))) await writeFile(path, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFile(path, 'utf8');
}

function passwordFile(folder: string): string {
  return join(folder, 'password');
}
