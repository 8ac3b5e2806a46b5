import type { HostId, MigrationEvent, MigrationId, MigrationStateName, VmId } from '@ferry/domain';
import type { Page, PageRequest } from '../cursor.ts';
import type { MigrationRecord } from './apply-event.ts';
import type { MigrationRow } from './migration-schema.ts';

export type MigrationListRequest = PageRequest & {
  state?: MigrationStateName | undefined;
  vm?: VmId | undefined;
  /** As the source or the destination. */
  host?: HostId | undefined;
};

/** Migrations, made of their events. */
export interface MigrationStore {
  /**
   * Stores events, each migration's in its order, all or none: as lines of the audit history and in what is shown of
   * the migration. Events that are there already change nothing. Fails with `EventGapError` if one is missing in
   * between, with `RECORDS_UNAVAILABLE` while Postgres is away.
   */
  recordEvents(events: readonly MigrationEvent[]): Promise<void>;
  find(id: MigrationId): Promise<MigrationRecord | null>;
  /** Newest first. */
  list(request: MigrationListRequest): Promise<Page<MigrationRow>>;
}
