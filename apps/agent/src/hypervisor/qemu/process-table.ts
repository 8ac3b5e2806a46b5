import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process for certain: ids come round again, an id with its start time does not. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to its start, as /proc has it. */
  startTime: string;
}

/** The process with this id, or null where none is left: a zombie is dead, even while PID 1 takes its time to reap it. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  return identityIn(stat, pid);
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.startTime === startTime;
}

/** The same without a way to a thread and back, for when a guest waits. */
export function isAliveNow({ pid, startTime }: ProcessIdentity): boolean {
  try {
    return identityIn(readFileSync(`/proc/${pid}/stat`, 'utf8'), pid)?.startTime === startTime;
  } catch {
    return false;
  }
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
    const found = await identify(Number(name));
    if (found) return found;
  }
  return null;
}
