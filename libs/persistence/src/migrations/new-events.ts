import type { MigrationEvent, MigrationId } from '@ferry/domain';

/** Events by migration, each migration's in its order. */
export function byMigration(events: readonly MigrationEvent[]): Map<MigrationId, MigrationEvent[]> {
  const groups = new Map<MigrationId, MigrationEvent[]>();
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    groups.set(event.migration, [...(groups.get(event.migration) ?? []), event]);
  }
  return groups;
}

/** Those of a migration's ordered events that come after the last stored one, each once. */
export function newEvents(ordered: readonly MigrationEvent[], lastSequence: number): MigrationEvent[] {
  return ordered.filter((event, at) => event.sequence > lastSequence && event.sequence !== ordered[at - 1]?.sequence);
}
