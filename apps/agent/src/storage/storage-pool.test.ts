import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SharedStorage } from './shared-storage.ts';
import { StoragePool } from './storage-pool.ts';

/** A share of which the first call is made late. */
class SlowAtFirst extends SharedStorage {
  #calls = 0;

  override reach<T>(call: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    return super.reach(this.#calls === 1 ? () => pause(50).then(call) : call);
  }
}

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

  test('is known by each of its marks, also where an older one took longer to write than a newer', async () => {
    const marking = new StoragePool(join(folder, 'pool'), new SlowAtFirst());
    const first = marking.mark('host-a');
    await immediate();
    const [older, newer] = await Promise.all([first, marking.mark('host-a')]);
    const other = new StoragePool(join(folder, 'pool'));
    expect([await other.has(older), await other.has(newer)]).toEqual([true, true]);
    expect(await new StoragePool(join(folder, 'pool-2')).has(newer)).toBe(false);
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
