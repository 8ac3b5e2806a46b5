import { readdir } from 'node:fs/promises';
import { mounts } from '../mounts.ts';
import { runCommand } from '../provision/run-command.ts';

const registered = '/run/netns';

/** The network namespace of one part of a lab. */
export function namespaceName(tag: string, part: string): string {
  return `ferry-${tag}-${part}`;
}

/** The namespaces of a lab that exist. */
export async function listNamespaces(tag: string): Promise<string[]> {
  const all = await readdir(registered).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return all.filter((name) => name.startsWith(namespaceName(tag, '')));
}

/**
 * Removes the namespaces of a lab, and with them every interface in them. Processes inside must have ended.
 * @throws CommandFailed when one can't be removed
 */
export async function removeNamespaces(tag: string): Promise<void> {
  const names = await listNamespaces(tag);
  await Promise.all(names.map((name) => runCommand('ip', ['netns', 'delete', name])));
  if (names.length > 0) await removeRegistry();
}

/** `ip netns add` mounts its folder over itself on first use, and nobody ever takes that back. */
async function removeRegistry(): Promise<void> {
  if ((await readdir(registered)).length > 0 || !(await isMounted(registered))) return;
  await runCommand('umount', [registered]).catch(async (error: unknown) => {
    // Another lab has begun to use it in the meantime, or has been faster.
    if ((await readdir(registered)).length === 0 && (await isMounted(registered))) throw error;
  });
}

async function isMounted(path: string): Promise<boolean> {
  return (await mounts()).some(({ point }) => point === path);
}
