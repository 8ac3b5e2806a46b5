import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** One process and no other: the kernel gives its number away again, but never with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the machine booted. */
  readonly startTime: string;
}

/** Who has this number now; null if nobody, or only a zombie, which is dead and waits to be reaped. */
export function identify(pid: number): ProcessIdentity | null {
  const fields = statFields(pid);
  const [state, startTime] = [fields?.[0], fields?.[19]];
  return state === undefined || startTime === undefined || state === 'Z' || state === 'X' ? null : { pid, startTime };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Sends a signal to exactly this process. False when it is gone. */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Ends a process: asks, and after the grace time insists.
 * @throws when it survives SIGKILL for five seconds
 */
export async function end(target: ProcessIdentity, ask: NodeJS.Signals, graceMs: number): Promise<void> {
  // A frozen process could not hear the question.
  if (signal(target, ask)) signal(target, 'SIGCONT');
  if (await gone(target, graceMs)) return;
  signal(target, 'SIGKILL');
  if (!(await gone(target, 5_000))) throw new Error(`process ${target.pid} survives SIGKILL`);
}

/** Waits until the process is gone. False when the time is over. */
export async function gone(target: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  // Whoever is not its parent gets no event of its end: Node has no pidfd.
  while (isAlive(target)) {
    if (performance.now() > deadline) return false;
    await delay(10);
  }
  return true;
}

/** The fields of `/proc/<pid>/stat` from the state on; the name before them may hold spaces and brackets. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
