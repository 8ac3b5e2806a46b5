import { readFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';

/** A process for certain: ids come round again, an id with its start time does not. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to its start, as /proc has it. */
  startTime: string;
}

/**
 * The process with this id, or null where none is left: a zombie is dead, even while PID 1 takes its time to reap it. The
 * kernel answers in microseconds, and a guest may be waiting: no way to a thread and back.
 */
export function identify(pid: number): ProcessIdentity | null {
  try {
    return identityIn(readFileSync(`/proc/${pid}/stat`, 'utf8'), pid);
  } catch {
    return null;
  }
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identify(pid)?.startTime === startTime;
}

function identityIn(stat: string, pid: number): ProcessIdentity | null {
  // The name, in parentheses, may have spaces and parentheses in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || startTime === undefined ? null : { pid, startTime };
}

/** The process that runs in the directory. An agent may have died before it could write down what it had started. */
export async function findByDirectory(directory: string): Promise<ProcessIdentity | null> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Processes end while we look, and some are not ours to look at.
    const where = await readlink(`/proc/${name}/cwd`).catch(() => null);
    if (where !== directory) continue;
    const found = identify(Number(name));
    if (found) return found;
  }
  return null;
}
