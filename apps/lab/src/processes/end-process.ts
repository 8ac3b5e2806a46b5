import { isAlive, type ProcessIdentity } from '@ferry/processes';
import { setTimeout as delay } from 'node:timers/promises';

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
