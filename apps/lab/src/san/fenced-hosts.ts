import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostId } from '@ferry/domain';

/** Remembers a host that was cut off from a target, also for a SAN that is started again: one file a target and host. */
export async function rememberFenced(folder: string, target: string, host: HostId): Promise<void> {
  await mkdir(fenceFolder(folder, target), { recursive: true });
  await writeFile(join(fenceFolder(folder, target), host), '');
}

export async function forgetFenced(folder: string, target: string, host: HostId): Promise<void> {
  await rm(join(fenceFolder(folder, target), host), { force: true });
}

/** The hosts that were cut off from a target. */
export async function fencedFrom(folder: string, target: string): Promise<HostId[]> {
  return readdir(fenceFolder(folder, target)).catch(() => []);
}

function fenceFolder(folder: string, target: string): string {
  return join(folder, 'fenced', target);
}
