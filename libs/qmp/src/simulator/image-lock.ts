import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * The writer's lock on an image. QEMU holds a kernel lock, which Node can't take: here it is a file beside the image
 * that names its holder, and is worth nothing once the holder is dead, as a kernel lock would be.
 */
export class ImageLock {
  readonly #path: string;
  #held = false;

  constructor(imagePath: string) {
    this.#path = `${imagePath}.simulator-lock`;
  }

  /** True when this process holds the lock now. */
  take(): boolean {
    for (let attempt = 0; !this.#held && attempt < 3; attempt++) {
      try {
        writeFileSync(this.#path, String(process.pid), { flag: 'wx' });
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
      if (isAlive(Number(readFileSync(this.#path, 'utf8')))) return false;
      renameSync(this.#path, aside);
      rmSync(aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return true;
  }
}

/** A zombie is dead: it holds no locks any more, though its number is still taken. */
function isAlive(pid: number): boolean {
  // The holder has made its file, but not yet written its number.
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    // Elsewhere than on Linux the number has to do.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
