import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../provision/run-command.ts';

/** Where PostgreSQL's parts lie. */
export interface PostgresFiles {
  /** The folder of `bin`, `lib` and `share`. */
  readonly binaries: string;
  readonly data: string;
  /** The file that initdb reads the password from. */
  readonly password: string;
}

/** How to start PostgreSQL's programs, and by which names they know their files. */
export interface PostgresPlace extends Omit<PostgresFiles, 'binaries'> {
  /** One of PostgreSQL's programs, as it is to be started. */
  readonly command: (program: string, args: readonly string[]) => { program: string; args: string[] };
  /** Lets go of what was needed to start. What runs already goes on. */
  readonly release: () => Promise<void>;
}

const nobody = 65534;
const mountPoint = '/mnt';

/**
 * PostgreSQL refuses to run as root. As root it is therefore run as nobody, in a mount namespace of its own in which
 * its two folders lie below `/mnt`: nobody could not reach them in a checkout under a folder of mode 0700. The
 * namespace ends with its last process, so nothing is left to clean up.
 */
export async function postgresPlace({ binaries, data, password }: PostgresFiles): Promise<PostgresPlace> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) {
    const command = (program: string, args: readonly string[]) => ({
      program: join(binaries, 'bin', program),
      args: [...args],
    });
    return { command, data, password, release: () => Promise.resolve() };
  }
  await chown(data, nobody, nobody);
  // Holds the namespace until the server is in it, and ends with its standard input, thus also if we are killed.
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', '--', 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  holder.stdin.write('in\n');
  await Promise.race([once(holder.stdout, 'data'), ended]);
  const enter = ['--target', String(holder.pid), '--mount', '--'];
  const inside = (...args: string[]) => runCommand('nsenter', [...enter, ...args]);
  await inside('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', mountPoint);
  await inside('mount', '--bind', '-o', 'X-mount.mkdir', binaries, `${mountPoint}/binaries`);
  await inside('mount', '--bind', '-o', 'X-mount.mkdir', data, `${mountPoint}/data`);
  await inside('install', `--owner=${nobody}`, '--mode=600', password, `${mountPoint}/password`);
  const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
  return {
    command: (program, args) => ({
      program: 'nsenter',
      args: [...enter, ...asNobody, `${mountPoint}/binaries/bin/${program}`, ...args],
    }),
    data: `${mountPoint}/data`,
    password: `${mountPoint}/password`,
    release: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}
