import type { LiveMigrationInput } from '@ferry/contracts';
import { TERMINAL_STATES, type MigrationEvent, type MigrationEventBody } from '@ferry/domain';
import { condition } from '@temporalio/workflow';
import { controlPlane } from '../hosts.ts';

/**
 * Waiting this long for company costs nobody a thing; each trip of its own would cost the phases that hurry. A short
 * transfer is over by then: what is written meanwhile would compete with its guest's blackout.
 */
const COMPANY = '2s';

/**
 * The migration's history on its way to Postgres: events leave in their order, in the background, and are tried until
 * they are there. A database that is away never holds the guest up; only the workflow's end waits for it.
 */
export class History {
  #pending: MigrationEvent[] = [];
  #sequence = 0;
  #closed = false;
  #ended = false;
  #hurried = false;
  readonly #input: LiveMigrationInput;
  readonly #written: Promise<void>;

  constructor(input: LiveMigrationInput) {
    this.#input = input;
    this.#written = this.#write();
  }

  /** The end is the last that is told: what an armed phase or a late request still says of an ended migration is not news. */
  add(body: MigrationEventBody): void {
    if (this.#ended) return;
    this.#ended = (TERMINAL_STATES as readonly string[]).includes(body.type);
    this.#sequence += 1;
    const { migration, vm, requestedAt } = this.#input;
    const at = body.type === 'requested' ? requestedAt : new Date().toISOString();
    this.#pending.push({ migration, vm, sequence: this.#sequence, at, ...body });
  }

  /** Now is a good time to write: nothing waits for the worker, or a person waits for the news. */
  hurry(): void {
    this.#hurried = true;
  }

  /** Resolves when all of it has been written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#written;
  }

  async #write(): Promise<void> {
    for (;;) {
      await condition(() => this.#pending.length > 0 || this.#closed);
      if (this.#pending.length === 0) return;
      await condition(() => this.#hurried || this.#closed, COMPANY);
      this.#hurried = false;
      const batch = [...this.#pending];
      await controlPlane('Writing the history').recordEvents(batch);
      this.#pending = this.#pending.slice(batch.length);
    }
  }
}
