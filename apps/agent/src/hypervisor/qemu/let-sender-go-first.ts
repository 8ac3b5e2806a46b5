import { readdir, readFile } from 'node:fs/promises';
import { runCommand } from '../../network/run-command.ts';

/** As QEMU names its threads where `debug-threads` is on. */
const [sender, listener] = ['live_migration', 'return path'] as const;
/** Where a thread ran last, counted from what follows its name in `/proc/<pid>/stat`: proc(5). */
const lastProcessorField = 36;

/**
 * Sees to it that of two threads of QEMU that are woken at once, because a connection breaks, the one that sends runs
 * before the one that listens to the answers: on one processor, where the latter gets only what nobody else wants.
 *
 * QEMU 7.2's listener closes the connection that both use. A sender whose encrypted record was cut short then waits until
 * it can send again on a descriptor that is none, holding QEMU's main loop: for ever. Either thread ends soon afterwards.
 * Where this can't be done the two race as before.
 */
export async function letSenderGoFirst(pid: number): Promise<void> {
  try {
    const threads = new Map(await Promise.all((await readdir(`/proc/${pid}/task`)).map((tid) => nameOf(pid, tid))));
    const [sending, listening] = [threads.get(sender), threads.get(listener)];
    if (sending === undefined || listening === undefined) return;
    const processor = await lastProcessorOf(pid, sending);
    await Promise.all([
      runCommand('chrt', ['--idle', '--pid', '0', listening]),
      ...[sending, listening].map((tid) => runCommand('taskset', ['--cpu-list', '--pid', processor, tid])),
    ]);
  } catch {
    // One has ended, or may not be ordered.
  }
}

async function nameOf(pid: number, tid: string): Promise<[name: string, tid: string]> {
  return [(await readFile(`/proc/${pid}/task/${tid}/comm`, 'utf8')).trimEnd(), tid];
}

async function lastProcessorOf(pid: number, tid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/task/${tid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[lastProcessorField] ?? '0';
}
