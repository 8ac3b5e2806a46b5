import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout } from '../../lab-layout.ts';
import type { HandoverRun } from './handover-run.ts';

const program = join(checkout, 'apps/agent/dist/testing/handovers/main.js');

/**
 * Has the agents' own test program play handovers, and tells of each as it ends.
 * @param signal ends it in order: what is under way is played to its end
 * @throws when the program fails
 */
export async function* playHandovers(seed: number, runs: number, signal: AbortSignal): AsyncGenerator<HandoverRun> {
  // Agents that are killed close none of their files, of which Node warns.
  const args = ['--no-warnings', program, '--seed', String(seed), '--runs', String(runs)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as HandoverRun;
  const [code] = await ended;
  if (code !== 0) throw new Error(`the handovers' program has ended with ${String(code)}`);
}
