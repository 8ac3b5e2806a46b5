import type { ControlPlaneActivities } from '@ferry/contracts';
import { Database, PostgresAuditStore, PostgresMigrationStore } from '@ferry/persistence';
import type { Client } from '@temporalio/client';
import { createFindEnded } from './find-ended.ts';
import { createRecordEvents } from './record-events.ts';
import { createRecordLimitsChange } from './record-limits-change.ts';
import { createStartMigrationQueue } from './start-migration-queue.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** The worker's activities, on the database at `databaseUrl`. It is reached at the first use, so it may be away at the start. */
export function createActivities(
  databaseUrl: string,
  client: Client,
): {
  activities: ControlPlaneActivities;
  close: () => Promise<void>;
} {
  const database = new Database(databaseUrl);
  const migrations = new PostgresMigrationStore(database);
  const activities = {
    recordEvents: withHeartbeat(createRecordEvents(migrations)),
    recordLimitsChange: withHeartbeat(createRecordLimitsChange(new PostgresAuditStore(database))),
    startMigrationQueue: createStartMigrationQueue(client),
    findEnded: withHeartbeat(createFindEnded(client, migrations)),
  };
  return { activities, close: () => database.close() };
}
