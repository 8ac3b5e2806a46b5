import { FerryProblem, isPassing, type FerryClient } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 100;

/**
 * A workflow acts first and is recorded a moment later. Reads the record until it says what has been answered already, and
 * goes on without a word after `patienceMs`. Throws what cannot pass, and the signal's reason once that is aborted.
 */
export async function awaitRecord(
  client: FerryClient,
  id: string,
  saysSo: (migration: MigrationDetail) => boolean,
  { patienceMs, signal }: { patienceMs: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    try {
      if (saysSo(await client.migration(id))) return;
    } catch (error) {
      const notYet = error instanceof FerryProblem && error.code === 'MIGRATION_UNKNOWN';
      if (!notYet && !isPassing(error)) throw error;
    }
    await delay(LOOK_AGAIN_MS, undefined, signal === undefined ? {} : { signal });
  }
}
