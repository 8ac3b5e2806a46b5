import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootsUnder } from './boot-probe.ts';

const qemu = 'qemu-system-x86_64';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ferry-probe-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('the probe’s guest boots where guests boot, and leaves nothing behind', async () => {
  expect(await bootsUnder('tcg', qemu, directory)).toBe(true);
  expect(await readdir(directory)).toEqual([]);
});

test('an accelerator that is not there is one under which nothing boots', async () => {
  expect(await bootsUnder('xen', qemu, directory)).toBe(false);
});
