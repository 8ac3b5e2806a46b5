import { execFile } from 'node:child_process';
import { FerryError, type HostId, type VmId } from '@ferry/domain';
import type { LunVolume } from './port.ts';

const patienceMs = 15_000;
/** Its environment is its own, and so are the rights that it needs at the target. */
const searched = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a fence program reads, as JSON, from its standard input. */
export interface FenceRequest extends Pick<LunVolume, 'portal' | 'target' | 'lun'> {
  vm: VmId;
  /** The host that must not write to the LUN any more. */
  host: HostId;
  /** The initiator's name of the host that asks, and goes on writing. */
  keep: string;
}

/**
 * Has the operator's program cut a host off from a LUN. Resolves when the program has ended well, which is its word that
 * the host can't write there any more. Throws `FENCE_FAILED` with what it had to say.
 */
export function runFence(program: string, request: FenceRequest): Promise<void> {
  const { host, target, lun } = request;
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: searched }, timeout: patienceMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, [], options, (error, _, complaint) => {
      if (error === null) {
        resolve();
        return;
      }
      const silent = error.killed ? `no end within ${patienceMs / 1000} s` : error.message;
      const why = `${host} could not be cut off from LUN ${lun} of ${target}: ${complaint.trim() || silent}`;
      reject(new FerryError('FENCE_FAILED', why, { cause: error }));
    });
    // One that does not read what it is told may still do what it is for; its end tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(request)}\n`);
  });
}
