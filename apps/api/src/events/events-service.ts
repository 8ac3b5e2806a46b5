import type { LiveEvent } from '@ferry/contracts/http';
import { FerryError, type MigrationId } from '@ferry/domain';
import type { AuditEntry } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { ProgressBoard } from '../agent-reports/progress-board.ts';
import { Records } from '../records.ts';
import { EventQueue } from './event-queue.ts';

const BATCH = 500;

@Injectable()
export class EventsService {
  constructor(
    private readonly records: Records,
    private readonly board: ProgressBoard,
  ) {}

  /**
   * Live events of one migration or of all (null): first the history after the line with the id `after` (null: none of
   * it), then what comes, each line once and in order, until `signal` says to stop.
   */
  async *follow(migration: MigrationId | null, after: string | null, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const queue = new EventQueue(signal);
    const unsubscribe = [
      this.records.feed.subscribe((entry) => {
        if (migration === null || entry.migration === migration) queue.add({ kind: 'history', entry });
      }),
      this.board.subscribe((progress) => {
        if (migration === null || progress.migration === migration) queue.add({ kind: 'progress', progress });
      }),
    ];
    try {
      let told = 0;
      if (after !== null) {
        told = Number(after);
        for await (const entry of this.#past(migration, after)) {
          yield { kind: 'history', entry };
          told = Number(entry.id);
        }
      }
      for await (const event of queue) {
        // What was read from the past may also have been announced meanwhile.
        if (event.kind === 'history' && Number(event.entry.id) <= told) continue;
        yield event;
      }
    } finally {
      for (const stop of unsubscribe) stop();
    }
  }

  /** Fails with `MIGRATION_UNKNOWN`. */
  async check(migration: MigrationId): Promise<void> {
    if ((await this.records.migrations.find(migration)) === null) {
      throw new FerryError('MIGRATION_UNKNOWN', `There is no migration ${migration}.`);
    }
  }

  async *#past(migration: MigrationId | null, after: string): AsyncGenerator<AuditEntry> {
    const filter = migration === null ? {} : { migration };
    let batch: AuditEntry[];
    let from = after;
    do {
      batch = await this.records.audit.after(from, filter, BATCH);
      yield* batch;
      from = batch.at(-1)?.id ?? from;
    } while (batch.length === BATCH);
  }
}
