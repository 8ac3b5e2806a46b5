import type { LiveEvent } from '@ferry/contracts/http';

/** A client that is further behind is cut off: it comes back and catches up from the history. */
const LINES_HELD = 10_000;

/** Events between their source and one client, which reads as fast as it can. Of each transfer only the newest progress waits. */
export class EventQueue implements AsyncIterable<LiveEvent> {
  readonly #signal: AbortSignal;
  readonly #history: LiveEvent[] = [];
  readonly #progress = new Map<string, LiveEvent>();
  #wake: (() => void) | null = null;
  #overrun = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  add(event: LiveEvent): void {
    if (event.kind === 'progress') this.#progress.set(event.progress.migration, event);
    else if (this.#history.length < LINES_HELD) this.#history.push(event);
    else this.#overrun = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveEvent> {
    while (!this.#signal.aborted && !this.#overrun) {
      const event = this.#take();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(): LiveEvent | undefined {
    const line = this.#history.shift();
    if (line !== undefined) return line;
    const [oldest] = this.#progress;
    if (oldest === undefined) return undefined;
    this.#progress.delete(oldest[0]);
    return oldest[1];
  }
}
