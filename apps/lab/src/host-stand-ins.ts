import { simulatorPath } from '@ferry/qmp/simulator';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostKind } from './host-kind.ts';
import { hostBridge } from './network/lab-network.ts';

/**
 * Makes, in the folder, what a host of this kind is made of instead of what this machine has, and answers the settings
 * by which its agent finds it.
 */
export async function makeStandIns(folder: string, kind: HostKind): Promise<Readonly<Record<string, string>>> {
  await mkdir(folder, { recursive: true });
  const { qemuRelease, storagePool, witness, network } = kind;
  return {
    ...(await makeProc(join(folder, 'proc'), kind)),
    ...(qemuRelease === undefined ? {} : { FERRY_QEMU: await makeQemu(join(folder, 'qemu'), qemuRelease) }),
    ...(storagePool === undefined ? {} : { FERRY_STORAGE_POOL: await makeFolder(join(folder, 'storage')) }),
    ...(witness === undefined ? {} : { FERRY_WITNESS: await makeWitness(join(folder, 'witness')) }),
    ...(network === undefined ? {} : { FERRY_NETWORKS: `${network}=${hostBridge}` }),
  };
}

/** This machine's word, with another manufacturer and another amount of memory in it. */
async function makeProc(folder: string, { cpuVendor, availableKiB }: HostKind): Promise<Record<string, string>> {
  if (cpuVendor === undefined && availableKiB === undefined) return {};
  const [cpuinfo, meminfo] = await Promise.all(['cpuinfo', 'meminfo'].map((name) => readFile(`/proc/${name}`, 'utf8')));
  const vendor = cpuVendor === undefined ? '$2' : cpuVendor;
  const available = availableKiB === undefined ? '$2' : String(availableKiB);
  await makeFolder(folder);
  await writeFile(join(folder, 'cpuinfo'), (cpuinfo ?? '').replace(/^(vendor_id\s*: )(.+)$/gm, `$1${vendor}`));
  await writeFile(join(folder, 'meminfo'), (meminfo ?? '').replace(/^(MemAvailable:\s+)(\d+)/m, `$1${available}`));
  return { FERRY_PROC: folder };
}

async function makeWitness(folder: string): Promise<string> {
  await makeFolder(join(folder, 'handle'));
  return folder;
}

async function makeQemu(path: string, release: string): Promise<string> {
  const program = `#!/bin/sh\nexec '${process.execPath}' '${simulatorPath}' -x-release '${release}' "$@"\n`;
  await writeFile(path, program, { mode: 0o700 });
  return path;
}

async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}
