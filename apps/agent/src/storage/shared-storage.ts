/** Of the four threads that all of a process's calls to file systems share. */
const callsAtATime = 2;
const defaultPatienceMs = 2_000;

interface Call<T> {
  /** Told of a call that goes on though its caller has been given no answer. */
  late?: (rest: Promise<T>) => void;
  /** It is made in its turn, however late: what it gives back must not be kept for ever. */
  always?: boolean;
}

/**
 * The way to storage that hosts share. Where that hangs, each call keeps a thread until it answers again: few are made at
 * a time, so that the agent still reaches its own disk, and nobody waits for an answer for ever.
 */
export class SharedStorage {
  readonly #patienceMs: number;
  readonly #line: (() => void)[] = [];
  #underWay = 0;
  #late = 0;

  constructor(patienceMs = defaultPatienceMs) {
    this.#patienceMs = patienceMs;
  }

  /** Whether a call was given no answer, and still goes on. */
  get hangs(): boolean {
    return this.#late > 0;
  }

  /** The call's answer. Rejects when there is none in time; a call that has not been made by then never is. */
  reach<T>(call: () => Promise<T>, { late = () => undefined, always = false }: Call<T> = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let begun: Promise<T> | null = null;
      const begin = () => {
        begun = this.#make(call);
        begun.then(resolve, reject).finally(() => clearTimeout(timer));
      };
      const timer = setTimeout(() => {
        if (begun !== null) this.#outlived(begun, late);
        else if (!always) this.#line.splice(this.#line.indexOf(begin), 1);
        reject(new Error(`it has not answered within ${this.#patienceMs} ms`));
      }, this.#patienceMs);
      if (this.#underWay < callsAtATime) begin();
      else this.#line.push(begin);
    });
  }

  async #make<T>(call: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
      this.#line.shift()?.();
    }
  }

  #outlived<T>(rest: Promise<T>, late: (rest: Promise<T>) => void): void {
    this.#late += 1;
    const over = () => void (this.#late -= 1);
    rest.then(over, over);
    late(rest);
  }
}
