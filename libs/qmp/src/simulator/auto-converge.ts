import type { MigrationParameters } from '../protocol.ts';

/** QEMU judges no period that is shorter. */
const periodMs = 1_000;
const mostPercent = 99;

/**
 * QEMU's `auto-converge` for one outgoing migration: two periods in which more was dirtied than the threshold's part of
 * what was sent, and the guest is slowed down by one step more.
 */
export class AutoConverge {
  readonly #parameters: () => Readonly<MigrationParameters>;
  #period: { sinceMs: number; sentBytes: number; dirtiedBytes: number } | null = null;
  #high = 0;
  #percent = 0;

  constructor(parameters: () => Readonly<MigrationParameters>) {
    this.#parameters = parameters;
  }

  /** What is taken from the guest now. */
  get percent(): number {
    return this.#percent;
  }

  /** The dirty bitmap was read. `sentBytes` counts from the beginning. */
  synced(dirtiedBytes: number, sentBytes: number): void {
    const now = performance.now();
    this.#period ??= { sinceMs: now, sentBytes, dirtiedBytes: 0 };
    this.#period.dirtiedBytes += dirtiedBytes;
    if (now - this.#period.sinceMs <= periodMs) return;
    const { 'throttle-trigger-threshold': threshold = 50 } = this.#parameters();
    const allowed = ((sentBytes - this.#period.sentBytes) * threshold) / 100;
    if (this.#period.dirtiedBytes > allowed && ++this.#high >= 2) {
      this.#high = 0;
      this.#stepUp();
    }
    this.#period = { sinceMs: now, sentBytes, dirtiedBytes: 0 };
  }

  /** The migration is over: the guest has all of its time again. */
  stop(): void {
    this.#percent = 0;
  }

  #stepUp(): void {
    const parameters = this.#parameters();
    const { 'cpu-throttle-initial': initial = 20, 'cpu-throttle-increment': increment = 10 } = parameters;
    const { 'max-cpu-throttle': most = mostPercent } = parameters;
    this.#percent = this.#percent === 0 ? initial : Math.min(this.#percent + increment, most);
  }
}
