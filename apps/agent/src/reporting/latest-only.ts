/**
 * Sends one value at a time. What is offered meanwhile replaces what waits, so that a receiver that is slow or away costs
 * nothing and gets the newest when it is back.
 */
export class LatestOnly<T> {
  readonly #send: (value: T) => Promise<void>;
  readonly #changed: (reachable: boolean, error: unknown) => void;
  #waiting: { value: T } | null = null;
  #sending = false;
  #reachable = true;

  /** @param changed told once when sending begins to fail, and once when it works again */
  constructor(send: (value: T) => Promise<void>, changed: (reachable: boolean, error: unknown) => void) {
    this.#send = send;
    this.#changed = changed;
  }

  offer(value: T): void {
    this.#waiting = { value };
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    for (let next = this.#take(); next; next = this.#take()) {
      try {
        await this.#send(next.value);
        this.#note(true, null);
      } catch (error) {
        this.#note(false, error);
      }
    }
    this.#sending = false;
  }

  #take(): { value: T } | null {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }

  #note(reachable: boolean, error: unknown): void {
    if (reachable !== this.#reachable) this.#changed(reachable, error);
    this.#reachable = reachable;
  }
}
