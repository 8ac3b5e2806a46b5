import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is the one that is waited for, where nothing tells of it.
 * @throws when it does not come within the time (in ms)
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  isIt: (answer: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`after ${withinMs / 1000} s still not: ${what}`);
    await delay(50);
  }
}
