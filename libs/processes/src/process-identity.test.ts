import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { askPs } from './ask-ps.ts';
import { lookInProc } from './look-in-proc.ts';
import { identify, isAlive } from './process-identity.ts';

test('a process is known by its number and its start, and gone when it has ended', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  expect(identity).not.toBeNull();
  if (identity === null) return;
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, startTime: '1' })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(identify(0)).toBeNull();
});

test('a zombie is dead, though its number is still taken', async () => {
  await withZombie((pid) => expect.poll(() => identify(pid), { timeout: 5_000 }).toBeNull());
});

describe.each([
  ['/proc', lookInProc],
  ['ps', askPs],
])('%s', (_, look) => {
  test('tells the start of a process, the same each time', () => {
    const found = look(process.ppid);
    expect(found?.startTime).toMatch(/\d/);
    expect(look(process.ppid)?.startTime).toBe(found?.startTime);
    expect(look(1)?.startTime).not.toBe(found?.startTime);
    expect(look(0)).toBeNull();
  });

  test('tells who is a zombie', async () => {
    await withZombie((pid) => expect.poll(() => look(pid)?.state, { timeout: 5_000 }).toMatch(/^Z/));
  });
});

async function withZombie(see: (pid: number) => Promise<unknown>): Promise<void> {
  // Its parent never asks what became of it.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(text.toString());
    await see(pid);
    // Throws if the number is not taken any more.
    process.kill(pid, 0);
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
}
