import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClusterSecret } from './cluster-secret.ts';

let witness = '';
beforeEach(async () => void (witness = await mkdtemp(join(tmpdir(), 'ferry-witness-'))));
afterEach(() => rm(witness, { recursive: true, force: true }));

test('hosts that need the cluster’s secret at the same time have the same one, which only their user can read', async () => {
  await mkdir(join(witness, 'handle'));
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => new ClusterSecret(witness).read()));
  for (const other of others) expect(other).toEqual(first);
  expect(first).toHaveLength(32);
  expect(await readdir(witness)).toEqual(['.stream-secret', 'handle']);
  expect((await stat(join(witness, '.stream-secret'))).mode & 0o777).toBe(0o600);
});

test('where the witness is not, no other secret is made', async () => {
  await expect(new ClusterSecret(witness).read()).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
  expect(await readdir(witness)).toEqual([]);
});

test('a damaged secret is said to be so, and is asked for again', async () => {
  await mkdir(join(witness, 'handle'));
  await writeFile(join(witness, '.stream-secret'), 'half');
  const secret = new ClusterSecret(witness);
  await expect(secret.read()).rejects.toThrow('is damaged');
  await rm(join(witness, '.stream-secret'));
  await expect(secret.read()).resolves.toHaveLength(32);
});
