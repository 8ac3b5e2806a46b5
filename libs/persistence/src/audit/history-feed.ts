import type { AuditEntry } from './audit-schema.ts';

/** Tells every line of the audit history as it becomes visible: in its order, none left out. */
export interface HistoryFeed {
  /** Answers how to stop listening. */
  subscribe(listener: (entry: AuditEntry) => void): () => void;
}

/** A feed that tells what a test gives it. */
export class FakeHistoryFeed implements HistoryFeed {
  readonly #listeners = new Set<(entry: AuditEntry) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe(listener: (entry: AuditEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(entry: AuditEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}
