import { execFile, type ExecFileException } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { FerryError } from '@ferry/domain';
import type { LunVolume } from './port.ts';

const patienceMs = 5_000;
/** The page of vital product data with the unit serial number, 0x80. */
const serialPage = '128';
/** The child's environment is its own: what it is told there is in no list of processes. */
const searched = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Logs in at a LUN as the hypervisor would, and asks for its unit serial number; empty where it has none. Reads nothing
 * else, and writes nothing. Throws `LUN_UNREACHABLE` with the initiator's words.
 */
export async function askSerial(
  { portal, target, lun, initiator, chap }: LunVolume,
  inside: (command: readonly string[]) => string[],
): Promise<string> {
  const where = `LUN ${lun} of ${target} at ${portal}`;
  const url = `iscsi://${portal}/${target}/${lun}`;
  const options = [`--initiator-name=${initiator}`, '--evpd=1', `--pagecode=${serialPage}`];
  const [program = '', ...args] = inside(['iscsi-inq', ...options, url]);
  const env = { PATH: searched, ...(chap === null ? {} : await credentials(chap)) };
  const { answer, complaint } = await run(program, args, env);
  if (answer === null) throw new FerryError('LUN_UNREACHABLE', `${where} can't be reached: ${complaint}`);
  return /^Unit Serial Number:\[\s*(.*?)\s*\]$/m.exec(answer)?.[1] ?? '';
}

/** As libiscsi takes them. */
async function credentials({ user, secretFile }: NonNullable<LunVolume['chap']>): Promise<Record<string, string>> {
  return { LIBISCSI_CHAP_USERNAME: user, LIBISCSI_CHAP_PASSWORD: await readFile(secretFile, 'utf8') };
}

function run(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ answer: string | null; complaint: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: patienceMs, killSignal: 'SIGKILL' }, (error, answer, stderr) => {
      resolve(error === null ? { answer, complaint: '' } : { answer: null, complaint: complaintOf(error, stderr) });
    });
  });
}

function complaintOf(error: ExecFileException, stderr: string): string {
  if (error.code === 'ENOENT') return 'iscsi-inq is missing: install libiscsi-bin';
  return error.killed ? `no answer within ${patienceMs / 1000} s` : stderr.trim() || error.message;
}
