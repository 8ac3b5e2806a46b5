import type { MigrationId, MigrationProgress } from '@ferry/domain';
import { Injectable } from '@nestjs/common';

/** Migrations whose last word is remembered; the oldest are forgotten first. */
const REMEMBERED = 1_000;

/** The last that each transfer told of itself. Only in memory: the next word comes a quarter of a second later. */
@Injectable()
export class ProgressBoard {
  readonly #last = new Map<MigrationId, MigrationProgress>();
  readonly #listeners = new Set<(progress: MigrationProgress) => void>();

  tell(progress: MigrationProgress): void {
    this.#last.delete(progress.migration);
    this.#last.set(progress.migration, progress);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED && oldest !== undefined) this.#last.delete(oldest);
    for (const listener of this.#listeners) listener(progress);
  }

  last(migration: MigrationId): MigrationProgress | null {
    return this.#last.get(migration) ?? null;
  }

  /** Answers how to stop listening. */
  subscribe(listener: (progress: MigrationProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
