import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolMark } from '@ferry/contracts';
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

  test('is known by each mark that was ever told, however many ask for one at once', async () => {
    const marks = await Promise.all(Array.from({ length: 20 }, () => pool.mark('host-a')));
    marks.push(await pool.mark('host-a'));
    const other = new StoragePool(join(folder, 'pool'));
    expect(await Promise.all(marks.map((mark) => other.has(mark)))).not.toContain(false);
    expect(await new StoragePool(join(folder, 'pool-2')).has(marks[0] as PoolMark)).toBe(false);
  });

  test('follows its root, which may be a link that somebody turns', async () => {
    await symlink(join(folder, 'pool'), join(folder, 'current'));
    const turned = new StoragePool(join(folder, 'current'));
    expect(await turned.resolve('disks/a.raw')).toMatch(/\/pool\/disks\/a\.raw$/);
    await rm(join(folder, 'current'));
    await symlink(join(folder, 'pool-2'), join(folder, 'current'));
    expect(await turned.resolve('secret')).toMatch(/\/pool-2\/secret$/);
  });

  test('names what is not there', async () => {
    await expect(pool.resolve('disks/missing.raw')).rejects.toMatchObject({ code: 'HYPERVISOR_FAILED' });
  });
});
