export interface Silence {
  /** The longest time between two signs of life, in ms. */
  readonly longestMs: number;
  /** When it began, in ms since 1970. */
  readonly beganAt: number;
}

/** Measures the longest time in which nothing was heard. Times are in ms since 1970. */
export class SilenceMeter {
  #lastHeard: number;
  #longest: Silence;

  constructor(from: number) {
    this.#lastHeard = from;
    this.#longest = { longestMs: 0, beganAt: from };
  }

  heard(at: number): void {
    if (at - this.#lastHeard > this.#longest.longestMs) {
      this.#longest = { longestMs: at - this.#lastHeard, beganAt: this.#lastHeard };
    }
    this.#lastHeard = Math.max(at, this.#lastHeard);
  }

  /** The longest until `now`, also when it lasts still. */
  longest(now: number): Silence {
    const lasting = now - this.#lastHeard;
    return lasting > this.#longest.longestMs ? { longestMs: lasting, beganAt: this.#lastHeard } : this.#longest;
  }
}
