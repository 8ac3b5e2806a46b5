import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LunStorage } from './lun-storage.ts';

const disk = {
  kind: 'lun',
  id: 'root',
  portal: '192.0.2.50:3260',
  target: 'iqn.2026-01.com.example:web-1',
  lun: 1,
  serial: 'web-1',
} as const;

const nobody = () => {
  throw new Error('nothing may be tried');
};

test('a host tries no portal that its own file does not name', async () => {
  const access = {
    initiator: 'iqn.2026-01.com.example:host-a',
    portals: new Map([['192.0.2.51:3260', null]]),
    fence: null,
  };
  for (const known of [null, access])
    await expect(new LunStorage(known, nobody).locate(disk)).rejects.toMatchObject({ code: 'PORTAL_UNKNOWN' });
});

describe('a host is cut off from a LUN', () => {
  const initiator = 'iqn.2026-01.com.example:host-b';
  const whom = { host: 'host-a', vm: 'web' };

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ferry-fence-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A host's storage whose operator has given it this script as fence program. */
  async function fencedBy(script: string): Promise<LunStorage> {
    const fence = join(folder, 'fence');
    await writeFile(fence, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    return new LunStorage({ initiator, portals: new Map([[disk.portal, null]]), fence }, nobody);
  }

  test('the fence program is told the LUN, whom to cut off, and whom to keep', async () => {
    const storage = await fencedBy(`cat > ${folder}/told`);
    await expect(storage.cutOff(disk, whom)).resolves.toBe(true);
    const told: unknown = JSON.parse(await readFile(join(folder, 'told'), 'utf8'));
    const { portal, target, lun } = disk;
    expect(told).toEqual({ ...whom, portal, target, lun, keep: initiator });
  });

  test('a fence program that fails is an error in its own words', async () => {
    const storage = await fencedBy('echo the array is busy >&2; exit 3');
    await expect(storage.cutOff(disk, whom)).rejects.toMatchObject({
      code: 'FENCE_FAILED',
      message: expect.stringContaining('host-a could not be cut off') as string,
    });
    await expect(storage.cutOff(disk, whom)).rejects.toThrow('the array is busy');
  });

  test('one that reads nothing, and ends well, has cut off', async () => {
    const storage = await fencedBy('exec <&-; exit 0');
    await expect(storage.cutOff(disk, whom)).resolves.toBe(true);
  });
});
