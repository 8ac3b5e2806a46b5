import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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
