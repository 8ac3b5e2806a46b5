import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { runCommand } from '../provision/run-command.ts';

/** A process by number and start, so that a number given to another process later is not taken for it. */
export interface ProcessRecord {
  readonly pid: number;
  readonly startedAt: string;
  readonly command: string;
}

export interface DetachedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
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
export async function startRecorded({ program, args, cwd, log, record }: DetachedCommand): Promise<ProcessRecord> {
  const output = await open(log, 'a', 0o600);
  try {
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', output.fd, output.fd] });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const pid = child.pid ?? 0;
    const started = { pid, startedAt: (await startOf(pid)) ?? 'gone', command: program };
    await writeFile(record, JSON.stringify(started), { mode: 0o600 });
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

/** Whether exactly that process still runs. A zombie does not. */
export async function isRunning({ pid, startedAt }: ProcessRecord): Promise<boolean> {
  return (await startOf(pid)) === startedAt;
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
  if (process !== undefined && (await isRunning(process))) {
    kill(process.pid, signal);
    if (!(await goneWithin(process, graceMs))) {
      kill(process.pid, 'SIGKILL');
      await goneWithin(process, graceMs);
    }
  }
  await rm(record, { force: true });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Node has no event for the end of a process that may be another's child. */
async function goneWithin(record: ProcessRecord, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (await isRunning(record)) {
    if (performance.now() > deadline) return false;
    await pause(5);
  }
  return true;
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const said = await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => '');
    return said.trim() || undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the state is the first field after it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
