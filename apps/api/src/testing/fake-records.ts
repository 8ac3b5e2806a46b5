import { FerryError } from '@ferry/domain';
import { FakeClusterStore, FakeHistoryFeed, FakeMigrationStore, FakeRegistry } from '@ferry/persistence';
import { Records } from '../records.ts';

/** Records in memory. */
export class FakeRecords extends Records {
  readonly registry = new FakeRegistry();
  readonly hosts = this.registry.hosts;
  readonly virtualMachines = this.registry.virtualMachines;
  readonly migrations = new FakeMigrationStore();
  readonly clusters = new FakeClusterStore(this.registry, this.migrations);
  readonly audit = this.migrations.audit;
  readonly feed = new FakeHistoryFeed();
  /** Readiness fails. */
  away = false;

  ping(): Promise<void> {
    const error = new FerryError('RECORDS_UNAVAILABLE', 'Postgres does not answer.');
    return this.away ? Promise.reject(error) : Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
