import { forecastOf, type MigrationPolicy, type RehearsalFigures, type TransferProgress } from '@ferry/domain';

/** A hypervisor has begun the next pass a moment before it has counted what was dirtied; of a guest that rests there is nothing. */
const mostLooks = 10;

/**
 * Looks at a transfer that is held from its first pass on, until that has ended and the hypervisor has seen what was
 * dirtied meanwhile.
 */
export class Rehearsing {
  readonly #policy: MigrationPolicy;
  #fastest = 0;
  #looks = 0;
  #copiedMs: number | null = null;
  #figures: RehearsalFigures | null = null;

  constructor(policy: MigrationPolicy) {
    this.#policy = policy;
  }

  /** What it has found out; null before it is over. */
  get figures(): RehearsalFigures | null {
    return this.#figures;
  }

  /**
   * Answers whether enough was seen.
   * @param sinceMs the time since the transfer began
   */
  see(progress: TransferProgress, sinceMs: number): boolean {
    const { remainingBytes, transferredBytes, rounds, dirtyBytesPerSecond } = progress;
    const over = rounds > 1;
    if (!over) this.#fastest = Math.max(this.#fastest, progress.bytesPerSecond);
    if ((over || remainingBytes === 0) && transferredBytes > 0) this.#copiedMs ??= Math.max(1, Math.round(sinceMs));
    if (!over || this.#copiedMs === null) return false;
    this.#looks += 1;
    if (dirtyBytesPerSecond === 0 && this.#looks < mostLooks) return false;
    // Who comes late has not seen it at its fastest.
    const bytesPerSecond = Math.round(Math.max(this.#fastest, (transferredBytes / this.#copiedMs) * 1_000));
    const measured = { copiedMs: this.#copiedMs, transferredBytes, rounds, bytesPerSecond, dirtyBytesPerSecond };
    this.#figures = { ...measured, forecast: forecastOf(measured, this.#policy) };
    return true;
  }
}
