/** The only ways out of the agent's code; the code behind a shut one never goes on, as after a kill -9. */
export type Crossing = (door: string) => Promise<void>;

/** What a door may wait at for long: an agent that dies there has nothing half-done. */
const waiting = /\.(next|reach|secondPass|halted|settled)$/;
const never = new Promise<never>(() => undefined);

/** What stands between one life of an agent and the world: each call that it awaits is crossed going out and coming back. */
export class Doors {
  readonly #crossing: Crossing;
  /** What the world is doing, and which door it was asked through. */
  readonly #underWay = new Map<Promise<unknown>, string>();
  #shut = false;
  #thawed: Promise<void> = Promise.resolve();

  /** @param crossing told of every crossing before it happens; what it throws, the agent sees as the call's failure */
  constructor(crossing: Crossing) {
    this.#crossing = crossing;
  }

  isShut(): boolean {
    return this.#shut;
  }

  /** Nothing goes through any more. */
  shut(): void {
    this.#shut = true;
  }

  /** Nothing goes through until then. */
  freezeUntil(thawed: Promise<void>): void {
    this.#thawed = thawed;
  }

  /** The doors behind which something is under way. */
  get underWay(): string[] {
    return [...this.#underWay.values()];
  }

  /** What the world was told to do before the doors were shut, it does. */
  async worldIsDone(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.keys());
  }

  async through<T>(door: string, deed: () => Promise<T>): Promise<T> {
    await this.#cross(door);
    const doing = deed();
    const done = doing.then(
      () => undefined,
      () => undefined,
    );
    if (!waiting.test(door)) this.#underWay.set(done, door);
    await done;
    this.#underWay.delete(done);
    await this.#cross(door);
    return doing;
  }

  async #cross(door: string): Promise<void> {
    if (this.isShut()) return never;
    await this.#crossing(door);
    await this.#thawed;
    // Killed at this very door, or while it was frozen.
    if (this.isShut()) return never;
  }
}
