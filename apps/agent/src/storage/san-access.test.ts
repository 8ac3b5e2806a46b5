import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSanAccess } from './san-access.ts';

const initiator = 'iqn.2026-01.com.example:host-a';
const portal = '192.0.2.50:3260';

let folder: string;
let secretFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-san-'));
  secretFile = join(folder, 'secret');
  await writeFile(secretFile, 'a-secret-of-16-b', { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: object | string): Promise<string> {
  const path = join(folder, 'san.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the file that says how a host logs in at a SAN', () => {
  test('names the secret’s file, and does not hold the secret', async () => {
    const chap = { user: 'ferry', secretFile };
    const access = readSanAccess(await fileOf({ initiator, portals: { [portal]: chap, '192.0.2.51:3260': null } }));
    expect(access.initiator).toBe(initiator);
    expect(access.portals.get(portal)).toEqual(chap);
    expect(access.portals.get('192.0.2.51:3260')).toBeNull();
    expect(access.fence).toBeNull();
  });

  test.each<[wrong: string, content: object | string, named: string]>([
    ['no JSON', '{', 'can’t be read as JSON'],
    ['an initiator that is no name', { initiator: 'host-a,user=x', portals: {} }, 'initiator must be'],
    ['a portal without a port', { initiator, portals: { '192.0.2.50': null } }, 'portals.192.0.2.50'],
    ['an odd user', { initiator, portals: { [portal]: { user: 'a,b', secretFile: '/x' } } }, 'user must be'],
    ['the secret itself', { initiator, portals: { [portal]: { user: 'a', secret: 'x' } } }, 'secretFile'],
    ['a secret that is not there', { initiator, portals: { [portal]: { user: 'a', secretFile: '/none' } } }, '/none'],
  ])('with %s is refused by name', async (_, content, named) => {
    const path = await fileOf(content);
    expect(() => readSanAccess(path)).toThrow(named);
    expect(() => readSanAccess(path)).toThrow('FERRY_SAN');
  });

  test.each([
    ['that others may read', 'a-secret-of-16-b', 0o644, 'chmod 600'],
    ['that ends a line, which QEMU would take for a part of it', 'a-secret-of-16-b\n', 0o600, 'printf'],
    ['that is short', 'too-brief', 0o600, '12 to 255'],
  ])('with a secret %s is refused, without telling it', async (_, secret, mode, named) => {
    await rm(secretFile);
    await writeFile(secretFile, secret, { mode });
    const path = await fileOf({ initiator, portals: { [portal]: { user: 'ferry', secretFile } } });
    expect(() => readSanAccess(path)).toThrow(named);
    expect(() => readSanAccess(path)).not.toThrow(secret.trim());
  });

  test.each([
    ['that is not there', null, 'can’t be read'],
    ['that can’t be executed', 0o644, 'can’t be executed'],
    ['that others may write', 0o777, 'writable by its owner alone'],
  ])('with a fence program %s is refused', async (_, mode, named) => {
    const fence = join(folder, 'fence');
    if (mode !== null) {
      await writeFile(fence, '#!/bin/sh\n');
      await chmod(fence, mode);
    }
    const path = await fileOf({ initiator, portals: {}, fence });
    expect(() => readSanAccess(path)).toThrow(`FERRY_SAN, the fence program`);
    expect(() => readSanAccess(path)).toThrow(named);
  });
});
