import type { Dirtying } from '../guest/disk.ts';
import type { GuestProbe } from '../probe/guest-probe.ts';
import { dirtySteadily } from './dirty-steadily.ts';

/** Guests that take turns: only the one that is about to move writes to its memory, or the others' load would be measured too. */
export class Turns<Guest extends string> {
  readonly #probes: Readonly<Record<Guest, GuestProbe>>;
  readonly #load: Dirtying;

  constructor(probes: Readonly<Record<Guest, GuestProbe>>, load: Dirtying) {
    this.#probes = probes;
    this.#load = load;
  }

  /** Returns once this guest writes as fast as it is to, and the others do nothing. @throws when it doesn't come to that */
  async take(guest: Guest): Promise<void> {
    const others = Object.entries<GuestProbe>(this.#probes).flatMap(([name, probe]) => (name === guest ? [] : [probe]));
    await Promise.all(others.map((probe) => dirtySteadily(probe, { ...this.#load, mibPerSecond: 0 })));
    await dirtySteadily(this.#probes[guest], this.#load);
  }
}
