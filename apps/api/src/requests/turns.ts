/** Deeds on the same things go one after another, so that each sees what the one before it has come to. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does it when all that was begun on any of these is over. */
  async take<T>(things: readonly string[], deed: () => Promise<T>): Promise<T> {
    const before = things.flatMap((thing) => this.#last.get(thing) ?? []);
    const mine = Promise.allSettled(before).then(deed);
    for (const thing of things) this.#last.set(thing, mine);
    try {
      return await mine;
    } finally {
      for (const thing of things) if (this.#last.get(thing) === mine) this.#last.delete(thing);
    }
  }
}
