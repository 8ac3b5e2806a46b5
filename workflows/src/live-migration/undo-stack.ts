import type { MigrationPlan } from '@ferry/domain';

/** One way back: what it undoes, for people, and the deed. Has to be idempotent, since it may run again. */
export interface Undo {
  host: MigrationPlan['source'];
  title: string;
  deed: () => Promise<void>;
}

/** What has to be undone, the newest first. Each is registered *before* the deed that it undoes. */
export class UndoStack {
  #undos: Undo[] = [];
  /** The hosts on which something was not undone, and is not to be. */
  readonly left: Undo['host'][] = [];

  register(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** Whether anything was begun that would have to be undone. */
  get touched(): boolean {
    return this.#undos.length > 0;
  }

  /** Beyond the pivot nothing is undone: the guest may already run at the destination. */
  clear(): void {
    this.#undos = [];
  }

  /** Hands the undos over, the newest first, and forgets them. */
  takeAll(): Undo[] {
    const undos = this.#undos.toReversed();
    this.clear();
    return undos;
  }
}
