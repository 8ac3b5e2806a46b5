import { readFile } from 'node:fs/promises';

/** A mount, as this process sees it. */
export interface Mount {
  /** The path on which it lies. */
  readonly point: string;
  /** All that the kernel tells of it: proc(5), "mountinfo". */
  readonly text: string;
}

/** All mounts, the newest last. None where no /proc tells of them: a lab makes mounts only where there is one. */
export async function mounts(): Promise<Mount[]> {
  const told = await readFile('/proc/self/mountinfo', 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return told.split('\n').flatMap((text) => {
    const point = text.split(' ')[4];
    return point === undefined ? [] : { point, text };
  });
}
