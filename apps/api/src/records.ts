import {
  Database,
  PostgresAuditStore,
  PostgresClusterStore,
  PostgresHistoryFeed,
  PostgresHostStore,
  PostgresMigrationStore,
  PostgresVirtualMachineStore,
  type AuditStore,
  type ClusterStore,
  type HistoryFeed,
  type HostStore,
  type MigrationStore,
  type VirtualMachineStore,
} from '@ferry/persistence';

/** All that is kept in Postgres. A class so that it can be asked for by its type. */
export abstract class Records {
  abstract readonly clusters: ClusterStore;
  abstract readonly hosts: HostStore;
  abstract readonly virtualMachines: VirtualMachineStore;
  abstract readonly migrations: MigrationStore;
  abstract readonly audit: AuditStore;
  abstract readonly feed: HistoryFeed;
  /** Fails with `RECORDS_UNAVAILABLE` unless Postgres answers. */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}

export class PostgresRecords extends Records {
  readonly #database: Database;
  readonly clusters: ClusterStore;
  readonly hosts: HostStore;
  readonly virtualMachines: VirtualMachineStore;
  readonly migrations: MigrationStore;
  readonly audit: AuditStore;
  readonly feed: PostgresHistoryFeed;

  /** `onTrouble` is told when the history can't be listened to; that is tried again without end. */
  constructor(url: string, onTrouble: (error: unknown) => void) {
    super();
    this.#database = new Database(url);
    this.clusters = new PostgresClusterStore(this.#database);
    this.hosts = new PostgresHostStore(this.#database);
    this.virtualMachines = new PostgresVirtualMachineStore(this.#database);
    this.migrations = new PostgresMigrationStore(this.#database);
    this.audit = new PostgresAuditStore(this.#database);
    this.feed = new PostgresHistoryFeed(url, this.audit, onTrouble);
  }

  /** Begins to listen to the history. */
  start(): void {
    this.feed.start();
  }

  async ping(): Promise<void> {
    await this.#database.ping();
  }

  async close(): Promise<void> {
    await this.feed.close();
    await this.#database.close();
  }
}
