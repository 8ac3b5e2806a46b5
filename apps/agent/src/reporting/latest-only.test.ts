import { describe, expect, test } from 'vitest';
import { LatestOnly } from './latest-only.ts';

describe('a report to a receiver that is slow or away', () => {
  test('skips what has been overtaken meanwhile', async () => {
    const sent: number[] = [];
    let go: () => void = () => undefined;
    const outbox = new LatestOnly<number>(
      (value) => {
        sent.push(value);
        return new Promise((resolve) => (go = resolve));
      },
      () => undefined,
    );
    for (const value of [1, 2, 3, 4]) outbox.offer(value);
    expect(sent).toEqual([1]);
    go();
    await Promise.resolve();
    await expect.poll(() => sent).toEqual([1, 4]);
  });

  test('says once that it is away, and once that it is back', async () => {
    const said: boolean[] = [];
    let away = true;
    const outbox = new LatestOnly<number>(
      () => (away ? Promise.reject(new Error('refused')) : Promise.resolve()),
      (reachable) => said.push(reachable),
    );
    for (const value of [1, 2, 3]) {
      outbox.offer(value);
      await new Promise(setImmediate);
    }
    away = false;
    outbox.offer(4);
    await new Promise(setImmediate);
    expect(said).toEqual([false, true]);
  });
});
