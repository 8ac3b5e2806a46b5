import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const pageBytes = 4096;
const filler = 'filler';

/** A disk of 64 KiB under a folder, until the test is over. What was in the folder is hidden meanwhile. */
export class SmallDisk {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    // Whoever has a file open there keeps it a little longer.
    onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  }

  /** Takes all the space there is, also what is left of the last page of each file: empty lines, which mean nothing. */
  fill(): void {
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      appendFileSync(path, '\n'.repeat((pageBytes - (statSync(path).size % pageBytes)) % pageBytes));
    }
    try {
      for (;;) appendFileSync(join(this.#folder, filler), Buffer.alloc(pageBytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  free(): void {
    rmSync(join(this.#folder, filler));
  }
}
