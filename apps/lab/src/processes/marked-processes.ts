import { identify, type ProcessIdentity } from '@ferry/processes';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The variable that marks each process of a lab. Children inherit it, so what agents start is marked too. */
export const labMark = 'FERRY_LAB';

export interface MarkedProcess extends ProcessIdentity {
  readonly command: string;
  readonly workingDirectory: string;
}

/** All living processes that carry a lab's mark, also those that nobody has recorded. Where no /proc tells, none. */
export function markedProcesses(tag: string): MarkedProcess[] {
  const mark = `${labMark}=${tag}`;
  return read(() => readdirSync('/proc').join('\n'))
    .split('\n')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      if (
        !read(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))
          .split('\0')
          .includes(mark)
      )
        return [];
      const identity = identify(Number(pid));
      if (identity === null) return [];
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).replaceAll('\0', ' ');
      return [{ ...identity, command: command.trim(), workingDirectory: read(() => readlinkSync(`/proc/${pid}/cwd`)) }];
    });
}

/** What can't be read is another user's or gone, and so not ours. */
function read(look: () => string): string {
  try {
    return look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return '';
    throw error;
  }
}
