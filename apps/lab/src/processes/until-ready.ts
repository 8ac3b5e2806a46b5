import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessRegistry } from './process-registry.ts';

/** A part of the lab did not get ready. The message holds its last words. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/**
 * Asks a process until it says that it is ready.
 * @param probe answers false, or fails, as long as it is not
 * @throws NotReady when the process ends instead, or the time (in ms) is over
 */
export async function untilReady(
  processes: ProcessRegistry,
  name: string,
  probe: () => Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    const ready = await probe().catch((error: unknown) => {
      last = error;
      return false;
    });
    if (ready) return;
    const ended = !processes.isAlive(name);
    if (ended || performance.now() > deadline) {
      const what = ended ? 'ended instead of getting ready' : `is not ready after ${withinMs / 1000} s`;
      throw new NotReady(`${name} ${what}. Its last words:\n${processes.lastWords(name)}`, { cause: last });
    }
    await delay(25);
  }
}
