import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** By the kernel's measure, where less goes first: before all guests, behind what a host needs to live. */
const agentNiceness = -10;

/** There is no right to it, or not so often; the kernel has no such groups, or has switched them off; a thread has ended. */
const DENIALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EAGAIN', 'ENOENT', 'EINVAL', 'ESRCH']);

/**
 * Puts this process before the guests of its host: one that stands still waits for its agent, and the others would
 * make it wait longer. Without the right to it (`root`, or `CAP_SYS_NICE`) all stays as it is, and blackouts are longer
 * on a busy host.
 */
export function takePrecedence(): void {
  unlessDenied(() => {
    // Linux counts threads one by one; those that read files began long before this line.
    for (const thread of readdirSync('/proc/self/task'))
      unlessDenied(() => {
        setPriority(Number(thread), agentNiceness);
      });
  });
  unlessDenied(() => {
    // A kernel may share the CPUs out among sessions first; niceness then counts only within one: sched(7), "autogroup".
    writeFileSync('/proc/self/autogroup', String(agentNiceness));
  });
}

/** The command, run without the agent's precedence: it is not its guests'. It needs a session of its own for that. */
export function withoutPrecedence(command: readonly string[]): string[] {
  const niceness = getPriority();
  return niceness < 0 ? ['nice', '-n', String(-niceness), ...command] : [...command];
}

function unlessDenied(deed: () => void): void {
  try {
    deed();
  } catch (error) {
    // What Node asks of the system by itself, and not for a file, has its code within.
    const { code, info } = error as { code?: string; info?: { code?: string } };
    if (!DENIALS.has(info?.code ?? code ?? '')) throw error;
  }
}
