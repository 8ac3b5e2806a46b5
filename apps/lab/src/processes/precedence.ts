import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** By the kernel's measure, where less goes first: before the guests, behind the agents. */
const controlPlaneNiceness = -5;

/** First the session, among which a kernel may share the CPUs out before niceness counts: sched(7), "autogroup". */
const START = '{ echo "$1" >/proc/self/autogroup; } 2>/dev/null; exec nice -n "$@"';

/**
 * A command of the control plane, which elsewhere has machines of its own: here it goes before the guests, so that
 * their load does not count as its slowness. To be started in a session of its own. Without the right to that it runs
 * like all else.
 */
export function withPrecedence(program: string, args: readonly string[]): [program: string, args: string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  return ['sh', ['-c', START, 'sh', String(controlPlaneNiceness), program, ...args]];
}

/** Puts this process and its session where another is that has `niceness`. @throws without the right to it */
export function goBeside(niceness: number): void {
  setPriority(niceness);
  try {
    writeFileSync('/proc/self/autogroup', String(niceness));
  } catch (error) {
    // A kernel that has no such groups, or has switched them off.
    if (!['ENOENT', 'EINVAL'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}
