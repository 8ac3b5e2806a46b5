import type { FerryClient } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';

const ENDS = ['migration.completed', 'migration.cancelled', 'migration.failed'];

/** Waits for the end as a client should: asking meanwhile would be load that the bare script does not have. */
export async function endedMigration(client: FerryClient, id: string): Promise<MigrationDetail> {
  for await (const step of client.follow({ migration: id, signal: AbortSignal.timeout(600_000) })) {
    if (step.kind === 'history' && ENDS.includes(step.entry.action)) return client.migration(id);
  }
  throw new Error('The API ended the stream of events');
}
