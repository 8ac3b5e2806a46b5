import type { ControlPlaneActivities } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import type { MigrationStore } from '@ferry/persistence';
import { ApplicationFailure } from '@temporalio/activity';

/** Writes a migration's events. Every failure is tried again: history may be late, never lost. */
export function createRecordEvents(
  store: Pick<MigrationStore, 'recordEvents'>,
): ControlPlaneActivities['recordEvents'] {
  return async (events) => {
    try {
      await store.recordEvents(events);
    } catch (error) {
      const code = error instanceof FerryError ? error.code : 'INTERNAL';
      throw ApplicationFailure.retryable(error instanceof Error ? error.message : String(error), code);
    }
  };
}
