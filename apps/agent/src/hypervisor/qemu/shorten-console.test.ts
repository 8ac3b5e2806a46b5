import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CONSOLE_FILE, EARLIER_CONSOLE_FILE, shortenConsole } from './shorten-console.ts';

test('what a guest says at its console is kept up to a bound, and goes on to be written after that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-console-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await shortenConsole(folder);
  // As QEMU does, who keeps the file open.
  const guest = spawn('sh', ['-c', `exec cat >> ${CONSOLE_FILE}`], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const says = async (text: string) => {
    const before = (await stat(join(folder, CONSOLE_FILE)).catch(() => ({ size: 0 }))).size;
    guest.stdin.write(text);
    await expect.poll(async () => (await stat(join(folder, CONSOLE_FILE))).size).toBe(before + text.length);
  };
  await says('short\n');
  await shortenConsole(folder);
  expect(await readFile(join(folder, CONSOLE_FILE), 'utf8')).toBe('short\n');
  await says('x'.repeat(1024 ** 2));
  await shortenConsole(folder);
  expect((await stat(join(folder, EARLIER_CONSOLE_FILE))).size).toBe(1024 ** 2 + 6);
  await says('and on\n');
  expect(await readFile(join(folder, CONSOLE_FILE), 'utf8')).toBe('and on\n');
  guest.stdin.end();
  await once(guest, 'exit');
});
