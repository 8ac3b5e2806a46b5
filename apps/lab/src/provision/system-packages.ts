import { join } from 'node:path';
import { exists } from './cache.ts';
import type { Say } from './progress.ts';
import { step } from './progress.ts';
import { runCommand } from './run-command.ts';

/** Debian's packages the lab uses, with the files that show that each is there. */
const packages = {
  'qemu-system-x86': ['qemu-system-x86_64'],
  iproute2: ['ip', 'bridge'],
  fping: ['fping'],
  'qemu-block-extra': ['/usr/lib/x86_64-linux-gnu/qemu/block-iscsi.so'],
  'libiscsi-bin': ['iscsi-inq'],
  gcc: ['gcc'],
  'libc6-dev': ['/usr/lib/x86_64-linux-gnu/libc.a'],
  'python3-pip': ['pip3'],
} as const;

export type SystemPackage = keyof typeof packages;

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Whether a program is in one of the system's folders. */
export async function isInstalled(program: string): Promise<boolean> {
  const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
  return found.includes(true);
}

/** Those of the packages that this machine lacks. */
export async function missingPackages(needed: readonly SystemPackage[]): Promise<SystemPackage[]> {
  const missing: SystemPackage[] = [];
  for (const name of needed) {
    for (const file of packages[name]) {
      const there =
        name === 'python3-pip' ? await hasPip() : file.startsWith('/') ? await exists(file) : await isInstalled(file);
      if (!there) {
        missing.push(name);
        break;
      }
    }
  }
  return missing;
}

/** The command a person would type. */
export function installCommand(missing: readonly SystemPackage[]): string {
  return `sudo apt-get update && sudo apt-get install ${missing.join(' ')}`;
}

/**
 * Installs by apt what is missing, as root or through a sudo that asks nothing.
 * @returns what is still missing: everything, on a machine without apt or without such rights
 */
export async function installPackages(needed: readonly SystemPackage[], say: Say): Promise<SystemPackage[]> {
  const missing = await missingPackages(needed);
  if (missing.length === 0 || !(await isInstalled('apt-get'))) return missing;
  const prefix = await rootPrefix();
  if (prefix === undefined) return missing;
  const apt = async (...args: string[]) => {
    const [program = 'env', ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      '-y',
      ...args,
    ];
    await runCommand(program, rest);
  };
  try {
    await step(say, `system packages ${missing.join(' ')} … installed`, async () => {
      await apt('update');
      await apt('install', '--no-install-recommends', ...missing);
      return true;
    });
  } catch (error) {
    say(`· apt could not install ${missing.join(' ')}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return missingPackages(missing);
}

/** What to put before a command so that it runs as root; `undefined` where nothing does. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return runCommand('sudo', ['-n', 'true']).then(
    () => ['sudo', '-n'],
    () => undefined,
  );
}

async function hasPip(): Promise<boolean> {
  return runCommand('python3', ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
}
