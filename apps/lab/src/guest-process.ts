import type { HostId, VmId } from '@ferry/domain';
import type { ProcessIdentity } from '@ferry/processes';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabLayout } from './lab-layout.ts';
import { labTag } from './lab-tag.ts';
import { markedProcesses } from './processes/marked-processes.ts';
import { gone, signal } from './processes/end-process.ts';

/** The QEMU of one copy of a guest, to be tormented by tests. */
export interface GuestProcess {
  /** Its words, with the program's name. */
  readonly arguments: readonly string[];
  /** Ends it as a power failure would, and waits until it is gone. */
  kill9(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

/** The process that is a host's copy of a guest; null when there is none. */
export function guestProcess(layout: LabLayout, host: HostId, guest: VmId): GuestProcess | null {
  const found = markedProcesses(labTag(layout.root)).find(
    (each) =>
      each.workingDirectory === join(layout.runDirectory(host), guest) && each.command.includes(`guest=${guest}`),
  );
  if (found === undefined) return null;
  const identity: ProcessIdentity = { pid: found.pid, startTime: found.startTime };
  return {
    arguments: readFileSync(`/proc/${found.pid}/cmdline`, 'latin1').split('\0').slice(0, -1),
    kill9: async () => {
      signal(identity, 'SIGKILL');
      if (!(await gone(identity, 5_000))) throw new Error(`The QEMU of ${guest} on ${host} survives SIGKILL`);
    },
    freeze: () => void signal(identity, 'SIGSTOP'),
    thaw: () => void signal(identity, 'SIGCONT'),
  };
}
