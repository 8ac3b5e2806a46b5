import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lockHost } from './host-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ferry-lock-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

describe('the lock of a host', () => {
  test('keeps a second agent out and names the first', async () => {
    const lock = await lockHost(directory);
    await expect(lockHost(directory)).rejects.toThrow(`another agent (process ${process.pid})`);
    await lock.release();
  });

  test('is free again when it was released', async () => {
    await (await lockHost(directory)).release();
    await (await lockHost(directory)).release();
  });

  test('dies with a killed holder, whatever its file still says', async () => {
    const path = join(directory, '.agent.lock');
    await writeFile(path, '1\n');
    const holder = spawn('flock', ['--exclusive', '--no-fork', path, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const echoed = once(holder.stdout, 'data');
    holder.stdin.write('locked\n');
    await echoed;
    await expect(lockHost(directory)).rejects.toThrow('another agent (process 1)');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await lockHost(directory)).release();
  });

  test('is not taken on Linux without flock, which names what to install', async () => {
    vi.stubEnv('PATH', directory);
    await expect(lockHost(directory)).rejects.toThrow('install util-linux');
  });

  test('keeps a second agent out where the kernel has no such lock', async () => {
    const lock = await lockHost(directory, 'darwin');
    await expect(lockHost(directory, 'darwin')).rejects.toThrow(`another agent (process ${process.pid})`);
    await lock.release();
    await (await lockHost(directory, 'darwin')).release();
  });
});
