import { identify, isAlive, type ProcessIdentity } from '@ferry/processes';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { withPrecedence } from '../processes/precedence.ts';
import { end } from '../processes/end-process.ts';

/** A process as it is written down, so that a number given to another process later is not taken for it. */
export interface ProcessRecord extends ProcessIdentity {
  readonly command: string;
}

export interface DetachedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All of its environment; this process's own unless told. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The file its output is appended to. */
  readonly log: string;
  /** The file that tells a later run which process this is. */
  readonly record: string;
}

/**
 * Starts a process in a session of its own: it survives its parent, and no Ctrl-C of the terminal reaches it. The
 * record is how it is found and ended again, by whomever.
 * @throws Error when the program can't be started
 */
export async function startRecorded(command: DetachedCommand): Promise<ProcessRecord> {
  const { cwd, environment, log, record } = command;
  const [program, args] = withPrecedence(command.program, command.args);
  const output = await open(log, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    const identity = child.pid === undefined ? null : identify(child.pid);
    const started = { ...(identity ?? { pid: child.pid ?? 0, startTime: 'gone' }), command: command.program };
    // At once: a process that nobody has recorded is not found again.
    if (child.pid !== undefined) writeFileSync(record, JSON.stringify(started), { mode: 0o600 });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return started;
  } finally {
    await output.close();
  }
}

/** The process of a record file, if it was written whole. */
export async function readRecord(record: string): Promise<ProcessRecord | undefined> {
  try {
    return JSON.parse(await readFile(record, 'utf8')) as ProcessRecord;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Ends exactly the recorded process and waits until it is gone: by the signal, and by SIGKILL if it is still there
 * after the grace. Then the record goes too. Without a record, or when the process is gone, that is all it does.
 */
export async function endRecorded(
  record: string,
  { signal = 'SIGTERM', graceMs = 10_000 }: { signal?: NodeJS.Signals; graceMs?: number } = {},
): Promise<void> {
  const process = await readRecord(record);
  if (process !== undefined && isAlive(process)) await end(process, signal, graceMs);
  await rm(record, { force: true });
}
