import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VirtualMachineDefinition } from '@ferry/domain';
import type { Lab } from '@ferry/lab';
import { expect, onTestFinished, test } from 'vitest';
import { at, expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const run = promisify(execFile);
const poolMib = 8;

test('the pool is full in mid-move: the guest stops at its write and arrives so, preflight says why it stands still, and when there is room it goes on with all that it wrote', async () => {
  const lab = await sharedLab();
  const disks = await smallPool(lab);
  await lab.createGuest('pool-full-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('pool-full-1');
  const filler = join(disks, 'filler');
  const outage = at('progress', () => fill(filler));
  const policy = { bandwidthBytesPerSecond: 24 * 1024 ** 2 };
  const migration = await migrate(lab, { vm: 'pool-full-1', destination: 'host-b', policy }, outage.reached);
  await outage.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  // It arrives running, and is seen to stand still when its host is looked at next.
  await expect
    .poll(() => lab.client.virtualMachine('pool-full-1'), { timeout: 10_000 })
    .toMatchObject({ status: 'paused', host: 'host-b' });

  const refused = await migrate(lab, { vm: 'pool-full-1', destination: 'host-a' });
  expect(refused).toMatchObject({ state: 'failed', owner: 'host-b', failure: { code: 'PREFLIGHT_FAILED' } });
  expect(refused.failure?.detail).toMatch(/DISK_FAILED on host-b: .* Disk disk0: no space is left\./);

  await rm(filler);
  const { definition } = await lab.client.virtualMachine('pool-full-1');
  await lab.client.startVirtualMachine({
    definition: definition as unknown as VirtualMachineDefinition,
    host: 'host-b',
  });
  await expectGuestLives(lab, 'pool-full-1', 'host-b', before);
});

/** Lets the guests' images lie on a file system of a few MiB. */
async function smallPool(lab: Lab): Promise<string> {
  const folder = join(lab.layout.storagePool, 'disks');
  await mkdir(folder, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${poolMib}m`, 'ferry', folder]);
  onTestFinished(async () => {
    await run('umount', ['--lazy', folder]);
  });
  return folder;
}

/** Writes a file until there is no room for one byte more. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    const piece = Buffer.alloc(4096);
    for (let written = 0; written <= poolMib * 1024 ** 2; written += piece.length) await file.write(piece);
    throw new Error('the pool does not fill');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
