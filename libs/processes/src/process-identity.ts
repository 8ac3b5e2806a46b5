import { existsSync } from 'node:fs';
import { askPs } from './ask-ps.ts';
import { lookInProc } from './look-in-proc.ts';

/** One process and no other: the kernel gives its number away again, but never with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As whoever was asked tells it: in clock ticks since the machine booted, or by the calendar. */
  readonly startTime: string;
}

const look = existsSync(`/proc/${process.pid}/stat`) ? lookInProc : askPs;

/**
 * Who has this number now; null if nobody, or only a zombie, which is dead, even while PID 1 takes its time to reap it.
 * @throws the system's error where it can't be said, as when no more files may be opened: nobody is dead because of that
 */
export function identify(pid: number): ProcessIdentity | null {
  const found = look(pid);
  return found === null || found.state.startsWith('Z') || found.state.startsWith('X')
    ? null
    : { pid, startTime: found.startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identify(pid)?.startTime === startTime;
}
