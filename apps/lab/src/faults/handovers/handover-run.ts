/** A seeded handover as the agents' test program tells of it. */
export interface HandoverRun {
  readonly seed: number;
  /** How it ended: `completed`, `cancelled`, `failed, CODE` or `parked, CODE`. */
  readonly outcome: string;
  /** The kinds of what has struck. */
  readonly struck: readonly string[];
  /** What speaks against it; nothing if it is green. */
  readonly against: readonly string[];
  readonly tookMs: number;
  /** All that its seed has drawn. */
  readonly words: string;
}
