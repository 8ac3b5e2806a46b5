import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { SharedStorage } from './shared-storage.ts';

/** Calls that are answered when they are told to be. */
function hanging() {
  const answers: ((answer: string) => void)[] = [];
  return { answers, call: () => new Promise<string>((resolve) => answers.push(resolve)) };
}

describe('storage that hangs', () => {
  test('is asked by few at a time, and the others are told in time that there is no answer', async () => {
    const storage = new SharedStorage(50);
    const { answers, call } = hanging();
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => storage.reach(call)));
    expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
    expect(answers).toHaveLength(2);
    expect(storage.hangs).toBe(true);
  });

  test('is asked again once it answers, by those who still wait for it', async () => {
    const storage = new SharedStorage(50);
    const { answers, call } = hanging();
    await Promise.allSettled([storage.reach(call), storage.reach(call), storage.reach(call)]);
    for (const answer of answers.splice(0)) answer('late');
    await expect(storage.reach(() => readFile('/proc/self/comm', 'utf8'))).resolves.not.toBe('');
    expect(answers).toEqual([]);
    expect(storage.hangs).toBe(false);
  });

  test('tells of a call that goes on without its caller, and makes in any case what has to be made', async () => {
    const storage = new SharedStorage(50);
    const { answers, call } = hanging();
    const told: string[] = [];
    const late = (rest: Promise<string>) => void rest.then((answer) => told.push(answer));
    const closed = () => Promise.resolve(void told.push('closed'));
    await Promise.allSettled([
      storage.reach(call, { late }),
      storage.reach(call),
      storage.reach(closed, { always: true }),
    ]);
    expect(told).toEqual([]);
    for (const answer of answers) answer('done');
    await expect.poll(() => told.toSorted()).toEqual(['closed', 'done']);
  });
});
