import type { ControlPlaneActivities } from '@ferry/contracts';
import { Database, PostgresMigrationStore } from '@ferry/persistence';
import { createRecordEvents } from './record-events.ts';

/** The worker's activities, on the database at `databaseUrl`. It is reached at the first use, so it may be away at the start. */
export function createActivities(databaseUrl: string): {
  activities: ControlPlaneActivities;
  close: () => Promise<void>;
} {
  const database = new Database(databaseUrl);
  const activities = { recordEvents: createRecordEvents(new PostgresMigrationStore(database)) };
  return { activities, close: () => database.close() };
}
