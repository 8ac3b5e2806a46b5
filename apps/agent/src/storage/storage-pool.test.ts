import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoragePool } from './storage-pool.ts';

let folder: string;
let pool: StoragePool;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-pool-'));
  await mkdir(join(folder, 'pool/disks'), { recursive: true });
  await mkdir(join(folder, 'pool-2'));
  await writeFile(join(folder, 'pool/disks/a.raw'), '');
  await writeFile(join(folder, 'pool-2/secret'), '');
  pool = new StoragePool(join(folder, 'pool'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the storage pool', () => {
  test('resolves what lies in it', async () => {
    expect(await pool.resolve('disks/a.raw')).toMatch(/\/pool\/disks\/a\.raw$/);
  });

  test.each(['../pool-2/secret', 'disks/../../pool-2/secret', '.', '..'])('refuses %s', async (path) => {
    await expect(pool.resolve(path)).rejects.toMatchObject({ code: 'STORAGE_OUTSIDE_POOL' });
  });

  test('refuses a link that leads outside', async () => {
    await symlink(join(folder, 'pool-2/secret'), join(folder, 'pool/disks/link.raw'));
    await expect(pool.resolve('disks/link.raw')).rejects.toMatchObject({ code: 'STORAGE_OUTSIDE_POOL' });
  });

  test('names what is not there', async () => {
    await expect(pool.resolve('disks/missing.raw')).rejects.toMatchObject({ code: 'HYPERVISOR_FAILED' });
  });
});
