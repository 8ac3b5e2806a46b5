import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectMembership } from '../phases/inspect-membership.ts';
import { Membership } from './membership.ts';
import { readCredentialFile } from './read-credential.ts';

const text = `ferry.east.host-a.${'x'.repeat(43)}`;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-credential-'));
  file = join(folder, 'credential');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true }));

test('a host is of the cluster that its credential names, until the API says otherwise', () => {
  const membership = new Membership(readCredentialFile(file, 'host-a'));
  expect(membership).toMatchObject({ credential: text, cluster: 'east' });
  expect([membership.learn('east'), membership.learn('east'), membership.learn(null)]).toEqual([true, false, true]);
  expect(membership.cluster).toBeNull();
  expect(new Membership(null).cluster).toBeNull();
});

test('a file that can’t be right is refused in words that have nothing of what is in it', async () => {
  const refused = (host = 'host-a') => {
    try {
      readCredentialFile(file, host);
      return 'taken';
    } catch (error) {
      return String(error);
    }
  };
  expect(refused('host-b')).toContain('is the credential of host-a, and this host is host-b');
  await chmod(file, 0o640);
  expect(refused()).toContain('chmod 600');
  await chmod(file, 0o600);
  await writeFile(file, 'hunter2');
  expect(refused()).toMatch(/is no credential: make one with ferry cluster invite$/);
  await rm(file);
  expect(refused()).toContain('can’t be read');
  await writeFile(file, text, { mode: 0o600 });
  expect(refused()).toBe('taken');
});

test.each([
  [null, undefined, 'host-b is a member of no cluster.'],
  ['east', { host: 'host-a', cluster: 'west' }, 'host-b is a member of east, and host-a of west.'],
  ['east', { host: 'host-a', cluster: null }, 'host-b is a member of east, and host-a of none.'],
  ['east', { host: 'host-a', cluster: 'east' }, undefined],
  ['east', undefined, undefined],
])('of %s, beside %j, is found: %s', (cluster, other, facts) => {
  const found = inspectMembership('host-b', cluster, other);
  expect(found?.facts).toBe(facts);
  if (found !== null) expect(found).toMatchObject({ code: 'NOT_IN_CLUSTER', severity: 'error', host: 'host-b' });
});
