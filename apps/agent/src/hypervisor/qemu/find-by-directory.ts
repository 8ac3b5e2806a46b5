import { readdir, readlink } from 'node:fs/promises';
import { identify, type ProcessIdentity } from '@ferry/processes';

/**
 * The process that runs in the directory. An agent may have died before it could write down what it had started; where
 * no /proc tells of processes, it is then not found.
 */
export async function findByDirectory(directory: string): Promise<ProcessIdentity | null> {
  for (const name of await readdir('/proc').catch(unlessMissing)) {
    if (!/^\d+$/.test(name)) continue;
    const where = await readlink(`/proc/${name}/cwd`).catch(unlessNotOurs);
    if (where !== directory) continue;
    const found = identify(Number(name));
    if (found) return found;
  }
  return null;
}

function unlessMissing(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}

/** Processes end while we look, and some are not ours to look at. Whoever can't be looked at for another reason may be the one. */
function unlessNotOurs(error: unknown): null {
  if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
  throw error;
}
