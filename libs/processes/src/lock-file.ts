import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
      this.#held = this.#create();
      if (!this.#held && !this.#clearDead()) return false;
    }
    return this.#held;
  }

  release(): void {
    if (this.#held) rmSync(this.#path, { force: true });
    this.#held = false;
  }

  /** Linked when it is whole: who is killed in the midst of it leaves no lock without a name. */
  #create(): boolean {
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, `${process.pid} ${identify(process.pid)?.startTime}\n`);
    try {
      linkSync(draft, this.#path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    } finally {
      rmSync(draft);
    }
  }

  /**
   * Removes a dead holder's lock; false where somebody living holds it, or is removing it. That takes a lock as well: or else
   * the slower of two who found it dead would remove what the quicker has taken since.
   */
  #clearDead(): boolean {
    if (this.#holder() === 'living') return false;
    const clearing = new LockFile(`${this.#path}.clearing`);
    if (!clearing.take()) return false;
    try {
      if (this.#holder() === 'dead') rmSync(this.#path);
    } finally {
      clearing.release();
    }
    return true;
  }

  #holder(): 'living' | 'dead' | 'nobody' {
    try {
      const [, pid, startTime] = /^(\d+) (.+)\n$/.exec(readFileSync(this.#path, 'utf8')) ?? [];
      return startTime === undefined || isAlive({ pid: Number(pid), startTime }) ? 'living' : 'dead';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return 'nobody';
    }
  }
}
