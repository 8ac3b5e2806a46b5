import { readdir, readlink } from 'node:fs/promises';
import { identify, type ProcessIdentity } from '@ferry/processes';

/**
 * The process that runs in the directory. An agent may have died before it could write down what it had started; where
 * no /proc tells of processes, it is then not found.
 */
export async function findByDirectory(directory: string): Promise<ProcessIdentity | null> {
  for (const name of await readdir('/proc').catch(unlessThere)) {
    if (!/^\d+$/.test(name)) continue;
    // Processes end while we look, and some are not ours to look at.
    const where = await readlink(`/proc/${name}/cwd`).catch(() => null);
    if (where !== directory) continue;
    const found = identify(Number(name));
    if (found) return found;
  }
  return null;
}

function unlessThere(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
