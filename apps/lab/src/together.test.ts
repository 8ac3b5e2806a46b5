import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { together } from './together.ts';

describe('things done together', () => {
  it('give all results, in their order', async () => {
    const results = together<[string, number]>(undefined, () => [delay(5, 'slow'), Promise.resolve(1)]);
    expect(await results).toEqual(['slow', 1]);
  });

  it('have all ended when one has failed, and the others were told', async () => {
    const events: string[] = [];
    const doing = together<[never, undefined]>(undefined, (signal) => [
      Promise.reject(new Error('no disk')),
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          events.push('told');
          setTimeout(() => {
            events.push('ended');
            resolve(undefined);
          }, 5);
        });
      }),
    ]);
    await expect(doing).rejects.toThrow('no disk');
    expect(events).toEqual(['told', 'ended']);
  });

  it('are not begun when it is over already', async () => {
    const over = AbortSignal.abort(new Error('interrupted'));
    let begun = false;
    const doing = together<[]>(over, () => {
      begun = true;
      return [];
    });
    await expect(doing).rejects.toThrow('interrupted');
    expect(begun).toBe(false);
  });
});
