import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Whether something is at the path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Builds a part of the cache unless it is there. It appears whole or not at all: a build that is cut short leaves
 * nothing that a later run would take for finished, and two runs at once do not meet.
 * @param build is given a path of its own beside the final one
 * @returns true when it was built now
 */
export async function cached(path: string, build: (draft: string) => Promise<void>): Promise<boolean> {
  if (await exists(path)) return false;
  const draft = `${path}.draft-${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  try {
    await build(draft);
    await rename(draft, path).catch(async (error: unknown) => {
      // Another run was faster: its part is as good.
      if (!(await exists(path))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return true;
}

/** Removes what runs that were killed in the middle of a build have left. */
export async function removeAbandonedDrafts(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /\.draft-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
