import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockFile } from '@ferry/processes';

/** The host's lock: it lasts until it is released, or until the process is gone, however that happens. */
export interface HostLock {
  release(): Promise<void>;
}

/**
 * Takes the lock on a host's run directory, so that one agent at a time acts there.
 * Throws, naming the holder, when another agent has it, and where Linux lacks flock(1): with the kernel's lock and without
 * it, two agents would not see each other.
 */
export async function lockHost(runDirectory: string, platform = process.platform): Promise<HostLock> {
  await mkdir(runDirectory, { recursive: true, mode: 0o700 });
  const path = join(runDirectory, '.agent.lock');
  // Elsewhere than on Linux there is no flock(1), and no guest is real.
  const lock = platform === 'linux' ? await lockByKernel(path) : lockByFile(`${path}-file`);
  if (lock === null) {
    const holder = (await readFile(path, 'utf8')).trim();
    throw new Error(`another agent (process ${holder || 'unknown'}) works in ${runDirectory}: one agent a host`);
  }
  await writeFile(path, `${process.pid}\n`);
  return lock;
}

/**
 * By flock(2), which the kernel drops with the last descriptor. Node has no call for it, but the lock belongs to the open
 * file and not to the process: flock(1) locks our descriptor and leaves. Null when another has it.
 */
async function lockByKernel(path: string): Promise<HostLock | null> {
  const file = await open(path, 'a', 0o600);
  try {
    const flock = spawn('flock', ['--exclusive', '--nonblock', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
    });
    const [code] = (await once(flock, 'exit')) as [number | null];
    if (code === 0) return { release: () => file.close() };
  } catch (error) {
    await file.close();
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('flock was not found: without it two agents could work on one host; install util-linux', {
      cause: error,
    });
  }
  await file.close();
  return null;
}

function lockByFile(path: string): HostLock | null {
  const lock = new LockFile(path);
  if (!lock.take()) return null;
  return {
    release: () => {
      lock.release();
      return Promise.resolve();
    },
  };
}
