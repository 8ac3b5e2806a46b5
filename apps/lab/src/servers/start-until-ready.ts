import { isAlive } from '@ferry/processes';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DetachedCommand, ProcessRecord } from './recorded-process.ts';
import { endRecorded, startRecorded } from './recorded-process.ts';

const askAgainMs = 10;
const startAgainMs = 50;

/**
 * Starts a server and asks until it answers. One that ends at once is started again: after a kill its port, or its
 * children, may be there for a moment longer.
 * @throws Error with the end of its log when it does not answer in time; it is then ended
 */
export async function startUntilReady(
  name: string,
  command: DetachedCommand,
  answers: () => Promise<boolean>,
  deadlineMs = 20_000,
): Promise<ProcessRecord> {
  const deadline = performance.now() + deadlineMs;
  let server = await startRecorded(command);
  while (!(await answers())) {
    if (performance.now() > deadline) {
      await endRecorded(command.record, { signal: 'SIGKILL' });
      const said = (await readFile(command.log, 'utf8')).trim().split('\n').slice(-5).join('\n');
      throw new Error(`${name} does not answer after ${deadlineMs} ms; its log ends with:\n${said}`);
    }
    if (isAlive(server)) await pause(askAgainMs);
    else {
      await pause(startAgainMs);
      server = await startRecorded(command);
    }
  }
  return server;
}
