import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { GuestImage } from '../guest/machine.ts';
import { cached, exists } from './cache.ts';
import { cpioArchive, folderEntry } from './cpio-archive.ts';
import { runCommand } from './run-command.ts';

// In the order they are loaded: virtio needs virtio_ring, and each driver needs what is before it.
const modules = [
  'drivers/virtio/virtio_ring',
  'drivers/virtio/virtio',
  'drivers/virtio/virtio_pci_legacy_dev',
  'drivers/virtio/virtio_pci_modern_dev',
  'drivers/virtio/virtio_pci',
  'net/core/failover',
  'drivers/net/net_failover',
  'drivers/net/virtio_net',
  'drivers/block/virtio_blk',
  'drivers/scsi/scsi_common',
  'drivers/scsi/scsi_mod',
  'drivers/scsi/sd_mod',
  'drivers/scsi/virtio_scsi',
  'drivers/input/evdev',
  'drivers/acpi/button',
];

// Beside the compiled file's folder in `dist` as well as beside this one.
const sources = join(import.meta.dirname, '../../src/guest/init');

/** Named after what is taken out of the package. */
function kernelFolder(cache: string): string {
  const hash = createHash('sha256').update(modules.join()).digest('hex');
  return join(cache, `guest-kernel-${hash.slice(0, 12)}`);
}

/**
 * Unpacks Debian's cloud kernel, without installing it. apt checks its signature and hash.
 * @returns true when there was something to do
 * @throws CommandFailed when apt does not know or reach the package
 */
export function provideKernel(cache: string): Promise<boolean> {
  return cached(kernelFolder(cache), async (draft) => {
    await mkdir(join(draft, 'modules'), { recursive: true });
    const dependencies = await runCommand('apt-cache', ['depends', '--important', 'linux-image-cloud-amd64']);
    const name = /Depends: (linux-image-\S+)/.exec(dependencies)?.[1];
    if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64');
    // As root apt would change to a user who may not be able to write here.
    await runCommand('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', name], { cwd: draft });
    const archive = (await readdir(draft)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt fetched no ${name}`);
    const unpacked = join(draft, 'unpacked');
    await runCommand('dpkg-deb', ['--extract', join(draft, archive), unpacked]);
    const release = name.replace('linux-image-', '');
    await copyFile(join(unpacked, 'boot', `vmlinuz-${release}`), join(draft, 'vmlinuz'));
    for (const [place, module] of modules.entries()) {
      const file = join(unpacked, 'lib/modules', release, 'kernel', `${module}.ko`);
      await copyFile(file, join(draft, 'modules', moduleName(place, module)));
    }
    await writeFile(join(draft, 'version'), archive.replace('.deb', ''));
    await rm(unpacked, { recursive: true });
    await rm(join(draft, archive));
  });
}

function moduleName(place: number, module: string): string {
  return `${String(place).padStart(2, '0')}-${module.slice(module.lastIndexOf('/') + 1)}.ko`;
}

/**
 * Compiles the guest's init and packs it with the kernel's modules. The file is named after what it is made of.
 * @returns true when there was something to do
 * @throws CommandFailed when the compiler is missing or refuses
 */
export async function provideInitrd(cache: string): Promise<boolean> {
  return cached(await initrdPath(cache), async (draft) => {
    const program = `${draft}.init`;
    const files = (await sourceFiles()).filter((file) => file.endsWith('.c'));
    try {
      await runCommand('gcc', ['-static', '-Os', '-s', '-pthread', '-Wall', '-o', program, ...files]);
      const loaded = await Promise.all(
        (await moduleFiles(cache)).map((path) => archiveFile('modules', path, 0o100644)),
      );
      const init = { path: 'init', mode: 0o100755, content: await readFile(program) };
      const folders = ['dev', 'proc', 'sys', 'modules'].map(folderEntry);
      await writeFile(draft, gzipSync(cpioArchive([...folders, init, ...loaded])));
    } finally {
      await rm(program, { force: true });
    }
  });
}

/** The guest's parts in the cache. They must have been provided. */
export async function guestImage(cache: string): Promise<GuestImage> {
  return {
    kernel: join(kernelFolder(cache), 'vmlinuz'),
    initrd: await initrdPath(cache),
    kernelVersion: await readFile(join(kernelFolder(cache), 'version'), 'utf8'),
  };
}

async function archiveFile(folder: string, path: string, mode: number) {
  return { path: `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`, mode, content: await readFile(path) };
}

async function sourceFiles(): Promise<string[]> {
  return (await readdir(sources)).sort().map((name) => join(sources, name));
}

async function moduleFiles(cache: string): Promise<string[]> {
  const folder = join(kernelFolder(cache), 'modules');
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

async function initrdPath(cache: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...(await sourceFiles()), ...(await moduleFiles(cache))]) hash.update(await readFile(file));
  return join(cache, `guest-initrd-${hash.digest('hex').slice(0, 12)}.gz`);
}

/** Whether the guest's parts are in the cache, as its sources are now. */
export async function isGuestBuilt(cache: string): Promise<boolean> {
  return (await exists(kernelFolder(cache))) && (await exists(await initrdPath(cache)));
}
