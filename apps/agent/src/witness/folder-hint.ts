import { watch, type FSWatcher } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits a while, or less when the file system says that something changed in a folder. A hint and no more: a network
 * file system says nothing of what other hosts do.
 */
export class FolderHint {
  readonly #watcher: FSWatcher | null;
  #wake: () => void = () => undefined;
  #changed = false;

  constructor(folder: string) {
    this.#watcher = this.#watch(folder);
  }

  async pause(longestMs: number): Promise<void> {
    if (!this.#changed) await Promise.race([pause(longestMs), new Promise<void>((resolve) => (this.#wake = resolve))]);
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
  }

  #watch(folder: string): FSWatcher | null {
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        this.#changed = true;
        this.#wake();
      });
      return watcher.on('error', () => watcher.close());
    } catch {
      // Too many are watched, or it is not there yet: it is looked at anyway.
      return null;
    }
  }
}
