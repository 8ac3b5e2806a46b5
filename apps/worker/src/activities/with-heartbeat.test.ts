import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withHeartbeat } from './with-heartbeat.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a deed of the worker tells Temporal that it is under way, until it is over', async () => {
  const environment = new MockActivityEnvironment();
  let heard = 0;
  environment.on('heartbeat', () => (heard += 1));
  let finish: (answer: string) => void = () => undefined;
  const answer = environment.run(withHeartbeat(() => new Promise<string>((resolve) => (finish = resolve))));
  await vi.advanceTimersByTimeAsync(3_500);
  expect(heard).toBe(3);
  finish('done');
  await expect(answer).resolves.toBe('done');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(heard).toBe(3);
});
