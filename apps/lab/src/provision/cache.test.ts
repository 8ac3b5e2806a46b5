import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached, removeAbandonedDrafts } from './cache.ts';

let cache: string;
beforeEach(async () => void (cache = await mkdtemp(join(tmpdir(), 'ferry-cache-'))));
afterEach(() => rm(cache, { recursive: true, force: true }));

describe('the cache', () => {
  it('builds a part once', async () => {
    const part = join(cache, 'part');
    const build = (draft: string) => writeFile(draft, 'built');
    expect([await cached(part, build), await cached(part, build)]).toEqual([true, false]);
    expect(await readFile(part, 'utf8')).toBe('built');
  });

  it('shows nothing of a build that failed', async () => {
    const fails = async (draft: string) => {
      await mkdir(draft);
      throw new Error('cut short');
    };
    await expect(cached(join(cache, 'part'), fails)).rejects.toThrow('cut short');
    expect(await readdir(cache)).toEqual([]);
  });

  it('removes the drafts of runs that are gone, and leaves those of runs that go on', async () => {
    const gone = 2 ** 22 + 1;
    for (const pid of [gone, process.pid]) await writeFile(join(cache, `part.draft-${pid}`), '');
    await removeAbandonedDrafts(cache);
    expect(await readdir(cache)).toEqual([`part.draft-${process.pid}`]);
  });
});
