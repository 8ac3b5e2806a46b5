/** Runs deeds one after the other, in the order in which they were asked for. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(deed: () => Promise<T>): Promise<T> {
    const result = this.#last.then(deed);
    // Whether it fails is its caller's business.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
