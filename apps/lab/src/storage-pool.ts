import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { guestParts } from './guest-definition.ts';
import { guestMachine, type GuestMachine } from './guest/machine.ts';
import type { Provisioned } from './provision/provision.ts';
import { warmStatePath } from './provision/warm-state.ts';

/** What guests of the lab are made of. */
export interface PoolContent {
  readonly machine: GuestMachine;
  /** A saved state that a guest goes on from, below the pool; null where it boots. */
  readonly savedState: string | null;
}

/** Puts the guest's parts into the storage pool. The simulator only wants files of these names. */
export async function fillStoragePool(
  pool: string,
  { cache, guests }: Provisioned,
  simulated: boolean,
): Promise<PoolContent> {
  if (simulated || !guests.real) {
    const machine = guestMachine({ kernel: guestParts.kernel, initrd: guestParts.initrd, kernelVersion: 'none' });
    await Promise.all([guestParts.kernel, guestParts.initrd].map((part) => putNothing(join(pool, part))));
    return { machine, savedState: null };
  }
  const machine = guestMachine(guests.image);
  await put(machine.kernel, join(pool, guestParts.kernel));
  await put(machine.initrd, join(pool, guestParts.initrd));
  await put(await warmStatePath(cache, machine), join(pool, guestParts.savedState));
  return { machine, savedState: guestParts.savedState };
}

async function putNothing(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, '');
}

/** Another name of the same file: agents refuse links out of the pool. A copy where the cache is on another file system. */
async function put(file: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await link(file, target).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(file, target);
  });
}
