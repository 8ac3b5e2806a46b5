import { isPassing, type FerryClient, type StreamStep } from '@ferry/client';
import { isTerminal } from '@ferry/domain';
import type { MigrationDetail } from '@ferry/contracts/http';
import { setTimeout as delay } from 'node:timers/promises';
import { awaitRecord } from './await-record.ts';

/** What is seen while following: the migration as a whole whenever it may have changed, and all that the stream says. */
export type Sight = { kind: 'migration'; migration: MigrationDetail } | StreamStep;

export interface FollowOptions {
  signal: AbortSignal;
  /** It was accepted a moment ago: its record may still be on its way to the database. */
  justSubmitted: boolean;
}

const LOOK_AGAIN_MS = 1_000;
const AWAIT_RECORD_MS = 10_000;

/**
 * Follows a migration until it has ended or waits for a person, across interruptions of the API.
 * Throws when the API refuses for good, and the signal's reason once that is aborted.
 */
export async function* followMigration(
  client: FerryClient,
  id: string,
  { signal, justSubmitted }: FollowOptions,
): AsyncGenerator<Sight, void> {
  if (justSubmitted) await awaitRecord(client, id, () => true, { patienceMs: AWAIT_RECORD_MS, signal });
  for await (const step of client.follow({ migration: id, signal })) {
    yield step;
    if (step.kind !== 'connected' && step.kind !== 'history') continue;
    const migration = yield* look(client, id, signal);
    if (isTerminal(migration.state) || migration.state === 'needs-attention') return;
  }
  signal.throwIfAborted();
}

/** The record is the only source of a migration's state, so it is asked until it answers. */
async function* look(client: FerryClient, id: string, signal: AbortSignal): AsyncGenerator<Sight, MigrationDetail> {
  for (;;) {
    try {
      const migration = await client.migration(id);
      yield { kind: 'migration', migration };
      return migration;
    } catch (cause) {
      if (!isPassing(cause)) throw cause;
      yield { kind: 'interrupted', cause, retryInMs: LOOK_AGAIN_MS };
      await delay(LOOK_AGAIN_MS, undefined, { signal });
    }
  }
}
