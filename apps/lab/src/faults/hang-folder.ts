import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { runCommand } from '../provision/run-command.ts';

/**
 * Covers a folder by a file system that answers nothing: who asks it for something waits, as at a network file system
 * whose server is gone. Answers how to take it away again: then those who wait are refused.
 *
 * It is FUSE without anybody behind it. Its kernel side lasts as long as the device is open, so it ends with this process.
 * @throws Error where the machine refuses to mount it
 */
export async function hangFolder(folder: string): Promise<() => Promise<void>> {
  const device = await open('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
  const mount = spawn('mount', ['--internal-only', '-n', '-t', 'fuse', '-o', options, 'hangs', folder], {
    stdio: ['ignore', 'ignore', 'inherit', device.fd],
  });
  const [code] = (await once(mount, 'exit')) as [number | null];
  if (code !== 0) {
    await device.close();
    throw new Error(`nothing that hangs can be mounted over ${folder}`);
  }
  let hangs = true;
  return async () => {
    if (!hangs) return;
    hangs = false;
    await device.close();
    // Nothing may look at it, or it would wait.
    await runCommand('umount', ['--lazy', '--no-canonicalize', folder]);
  };
}
