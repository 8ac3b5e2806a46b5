import { copyFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** What a guest says at its console, in its VM's folder. QEMU appends to it. */
export const CONSOLE_FILE = 'serial.log';
/** What it said before. */
export const EARLIER_CONSOLE_FILE = 'serial.earlier.log';

const mostBytes = 1024 ** 2;

/**
 * Sets a console that has become long aside, in the place of what was set aside before: what a guest says must not fill its
 * host's disk, on which every other VM's journal lies.
 */
export async function shortenConsole(folder: string): Promise<void> {
  const console = join(folder, CONSOLE_FILE);
  const found = await stat(console).catch(unlessMissing);
  if (found === null || found.size <= mostBytes) return;
  try {
    await copyFile(console, join(folder, EARLIER_CONSOLE_FILE));
  } finally {
    // A disk that is full already takes no copy, and needs it most.
    await truncate(console);
  }
}

/** Stand-ins have no console. */
function unlessMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
