import { execFile } from 'node:child_process';

/** A program ended with an error, or could not be started. The message holds what it said about it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/**
 * Runs a program to its end, without a shell.
 * @returns what it wrote to its standard output
 * @throws CommandFailed when it can't be started or answers with another code than 0
 */
export function runCommand(program: string, args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 64 * 1024 * 1024, ...options }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new CommandFailed(`${[program, ...args].join(' ')}: ${stderr.trim() || error.message}`, { cause: error }),
        );
    });
  });
}
