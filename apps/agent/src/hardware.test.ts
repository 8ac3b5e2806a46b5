import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Hardware } from './hardware.ts';

let proc: string;
beforeEach(async () => {
  proc = await mkdtemp(join(tmpdir(), 'ferry-proc-'));
});
afterEach(() => rm(proc, { recursive: true, force: true }));

test('what the kernel tells of processors and memory is told', async () => {
  await writeFile(join(proc, 'cpuinfo'), 'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\n');
  await writeFile(join(proc, 'meminfo'), 'MemTotal:  2048 kB\nMemFree:  1 kB\nMemAvailable:  1024 kB\n');
  const hardware = new Hardware(proc);
  expect(hardware.cpuVendor()).toBe('GenuineIntel');
  expect(hardware.memory()).toEqual({ totalBytes: 2048 * 1024, freeBytes: 1024 * 1024 });
});

test('a folder that was named and tells nothing is a mistake, and not guessed around', () => {
  const hardware = new Hardware(proc);
  expect(() => hardware.cpuVendor()).toThrow('ENOENT');
  expect(() => hardware.memory()).toThrow('ENOENT');
});
