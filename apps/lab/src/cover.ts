import { mkdir } from 'node:fs/promises';
import { mounts } from './mounts.ts';
import { runCommand } from './provision/run-command.ts';

/**
 * Covers a folder by a mount of itself that can't be written, or by an empty one: whoever opens something in it from now
 * on is refused, also root; what is open stays so.
 * @param by where the empty folder is to be made
 */
export async function cover(folder: string, way: 'read-only' | 'empty', by: string): Promise<void> {
  if (way === 'empty') {
    await mkdir(by, { recursive: true });
    await runCommand('mount', ['--bind', by, folder]);
    return;
  }
  await runCommand('mount', ['--bind', folder, folder]);
  await runCommand('mount', ['-o', 'remount,bind,ro', folder]);
}

/** Takes away all covers below a folder; what is still open in them goes on. */
export async function uncover(below: string): Promise<void> {
  const covers = (await mounts()).filter(({ point }) => point.startsWith(`${below}/`));
  // The newest lies on top. One that hangs must not be looked at.
  for (const { point } of covers.reverse()) await runCommand('umount', ['--lazy', '--no-canonicalize', point]);
}
