import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive } from './process-identity.ts';

/** A lock for where the kernel's can't be had: a file that names its holder, and is worth nothing once the holder is dead. */
export class LockFile {
  readonly #path: string;
  #held = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** True when this process holds the lock now. */
  take(): boolean {
    for (let attempt = 0; !this.#held && attempt < 3; attempt++) {
      try {
        writeFileSync(this.#path, `${process.pid} ${identify(process.pid)?.startTime}\n`, { flag: 'wx' });
        this.#held = true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (!this.#clearStale()) return false;
      }
    }
    return this.#held;
  }

  release(): void {
    if (this.#held) rmSync(this.#path, { force: true });
    this.#held = false;
  }

  /** Moves a dead holder's lock away. By rename, so that of two who try, one does. */
  #clearStale(): boolean {
    const aside = `${this.#path}.${process.pid}`;
    try {
      const [, pid, startTime] = /^(\d+) (.+)\n$/.exec(readFileSync(this.#path, 'utf8')) ?? [];
      // Who has made the file, but not yet written its name, holds it.
      if (startTime === undefined || isAlive({ pid: Number(pid), startTime })) return false;
      renameSync(this.#path, aside);
      rmSync(aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return true;
  }
}
