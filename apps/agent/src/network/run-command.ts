import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FerryError } from '@ferry/domain';

/** Runs a program, without a shell, and returns what it wrote. Throws `HYPERVISOR_FAILED` with its error stream. */
export async function runCommand(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args, { stdio: 'pipe' });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // It may end without reading: its exit code says what that means.
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new FerryError('HYPERVISOR_FAILED', `${program} ${args.join(' ')}: ${complaint.trim()}`);
  return output;
}
