import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** By the kernel's measure, where less goes first: before all guests, behind what a host needs to live. */
const agentNiceness = -10;

/**
 * Puts this process before the guests of its host: one that stands still waits for its agent, and the others would
 * make it wait longer. Without the right to it (`root`, or `CAP_SYS_NICE`) all stays as it is, and blackouts are longer
 * on a busy host.
 */
export function takePrecedence(): void {
  try {
    // Linux counts threads one by one; those that read files began long before this line.
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), agentNiceness);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}

/** The command, run without the agent's precedence: it is not its guests'. */
export function withoutPrecedence(command: readonly string[]): string[] {
  const niceness = getPriority();
  return niceness < 0 ? ['nice', '-n', String(-niceness), ...command] : [...command];
}
