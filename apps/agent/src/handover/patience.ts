/** Lets a thing be tried again only after a while: what is under way is not to be disturbed by the next attempt. */
export class Patience {
  readonly #milliseconds: number;
  #triedAt = -Infinity;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Whether it may be tried now; if so, it counts as tried. */
  mayTry(): boolean {
    const now = performance.now();
    if (now - this.#triedAt < this.#milliseconds) return false;
    this.#triedAt = now;
    return true;
  }
}
