import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { runCommand } from './run-command.ts';

const programs = ['tgtd', 'tgtadm'] as const;

/** Where the programs of the iSCSI target lie in the cache. */
export function targetFolder(cache: string): string {
  return join(cache, 'iscsi-target');
}

/**
 * Unpacks tgt, without installing it: as a package it would start a service of its own, which listens to everybody. apt
 * checks its signature and hash; the libraries it needs are QEMU's too.
 * @returns true when there was something to do
 * @throws CommandFailed when apt does not know or reach the package
 */
export function provideTarget(cache: string): Promise<boolean> {
  return cached(targetFolder(cache), async (draft) => {
    await mkdir(draft, { recursive: true });
    // As root apt would change to a user who may not be able to write here.
    await runCommand('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', 'tgt'], { cwd: draft });
    const archive = (await readdir(draft)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt fetched no tgt');
    const unpacked = join(draft, 'unpacked');
    await runCommand('dpkg-deb', ['--extract', join(draft, archive), unpacked]);
    for (const program of programs) await rename(join(unpacked, 'usr/sbin', program), join(draft, program));
    await rm(unpacked, { recursive: true });
    await rm(join(draft, archive));
  });
}
