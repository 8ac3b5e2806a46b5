import { until } from '../demo/until.ts';
import type { GuestProbe } from '../probe/guest-probe.ts';

/** How a guest writes to its memory. */
export interface DirtyLoad {
  readonly mibPerSecond: number;
  readonly workingSetMib: number;
}

/** The guest may be a little behind: it counts over a while, and its clock is an emulated one. */
const nearly = 0.8;

/** Guests that take turns: only the one that is about to move writes to its memory, or the others' load would be measured too. */
export class Turns<Guest extends string> {
  readonly #probes: Readonly<Record<Guest, GuestProbe>>;
  readonly #load: DirtyLoad;

  constructor(probes: Readonly<Record<Guest, GuestProbe>>, load: DirtyLoad) {
    this.#probes = probes;
    this.#load = load;
  }

  /** Returns once this guest writes as fast as it is to, and the others do nothing. @throws when it doesn't come to that */
  async take(guest: Guest): Promise<void> {
    const { mibPerSecond, workingSetMib } = this.#load;
    const others = Object.entries<GuestProbe>(this.#probes).flatMap(([name, probe]) => (name === guest ? [] : [probe]));
    await Promise.all(others.map((probe) => probe.dirty(0, workingSetMib)));
    const probe = this.#probes[guest];
    await probe.dirty(mibPerSecond, workingSetMib);
    await until(
      `${guest} writes ${mibPerSecond} MiB/s`,
      () => probe.status(),
      ({ dirty }) => dirty.achievedMibPerSecond >= nearly * mibPerSecond,
    );
  }
}
