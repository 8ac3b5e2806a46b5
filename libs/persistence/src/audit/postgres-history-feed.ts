import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { HISTORY_CHANNEL } from './append-to-audit.ts';
import type { AuditEntry } from './audit-schema.ts';
import type { AuditStore } from './audit-store.ts';
import type { HistoryFeed } from './history-feed.ts';

const RECONNECT_MS = 500;
/** A connection whose other end vanished without a word is noticed by a question that gets no answer. */
const PROBE_MS = 5_000;
const ANSWER_MS = 2_000;
const BATCH = 500;

/**
 * Listens to Postgres. A notification only says that there is more; what there is gets read after the last line that
 * was told. So an outage loses nothing: after it the feed goes on where it was.
 */
export class PostgresHistoryFeed implements HistoryFeed {
  readonly #url: string;
  readonly #audit: AuditStore;
  readonly #onTrouble: (error: unknown) => void;
  readonly #listeners = new Set<(entry: AuditEntry) => void>();
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #toldUpTo: string | null = null;

  /** `onTrouble` is told each time the connection is lost or can't be had; the feed tries again by itself. */
  constructor(url: string, audit: AuditStore, onTrouble: (error: unknown) => void) {
    this.#url = url;
    this.#audit = audit;
    this.#onTrouble = onTrouble;
  }

  subscribe(listener: (entry: AuditEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells from now on, or from whenever Postgres can be reached first. */
  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isClosing()) {
      try {
        await this.#listen();
      } catch (error) {
        if (this.#isClosing()) return;
        this.#onTrouble(error);
        // Aborted: the loop ends.
        await delay(RECONNECT_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** One connection's life; fails when it ends. */
  async #listen(): Promise<void> {
    // Also brings the schema up to date, at the very first start.
    this.#toldUpTo ??= await this.#audit.newestId();
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      application_name: 'ferry-history',
    });
    const life = new AbortController();
    const end = (reason: unknown) => life.abort(reason);
    const close = () => life.abort(new Error('closing'));
    this.#closing.signal.addEventListener('abort', close);
    client.on('error', end);
    client.on('end', () => end(new Error('the connection ended')));
    const probe = setInterval(() => void client.query('SELECT 1').catch(end), PROBE_MS);
    try {
      await client.connect();
      await client.query(`LISTEN ${HISTORY_CHANNEL}`);
      await this.#tellAsNotified(client, life.signal);
    } finally {
      clearInterval(probe);
      this.#closing.signal.removeEventListener('abort', close);
      // Nothing to wait for: a connection that is stuck would never say goodbye.
      void client.end().catch(() => undefined);
    }
  }

  async #tellAsNotified(client: pg.Client, life: AbortSignal): Promise<never> {
    const wakeUps = new EventEmitter();
    let notified = true;
    client.on('notification', () => {
      notified = true;
      wakeUps.emit('wake');
    });
    for (;;) {
      life.throwIfAborted();
      if (notified) {
        notified = false;
        await this.#tellNew();
      } else {
        await once(wakeUps, 'wake', { signal: life });
      }
    }
  }

  async #tellNew(): Promise<void> {
    for (;;) {
      const entries = await this.#audit.after(this.#toldUpTo ?? '0', {}, BATCH);
      for (const entry of entries) {
        if (this.#isClosing()) return;
        this.#toldUpTo = entry.id;
        for (const listener of this.#listeners) listener(entry);
      }
      if (entries.length < BATCH) return;
    }
  }
}
