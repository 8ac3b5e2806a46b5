import { spawnSync } from 'node:child_process';

/**
 * What ps(1) tells of the process that has this number, for systems without /proc: in milliseconds, which will do where
 * guests are simulated.
 */
export function askPs(pid: number): { state: string; startTime: string } | null {
  if (!isThere(pid)) return null;
  const { error, stdout, stderr } = spawnSync('ps', ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)], {
    // The start is told by the calendar: in the same words whoever asks.
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    encoding: 'utf8',
  });
  if (error) throw error;
  const [, state, startTime] = /^\s*(\S+)\s+(\S.*?)\s*$/m.exec(stdout) ?? [];
  if (state !== undefined && startTime !== undefined) return { state, startTime };
  // It has ended meanwhile, or ps can't say.
  if (!isThere(pid)) return null;
  throw new Error(`ps does not tell of process ${pid}: ${stderr.trim()}`);
}

function isThere(pid: number): boolean {
  try {
    // To nought belongs everybody of our own group.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
