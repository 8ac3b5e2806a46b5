/** What may be done, and why: one cell of a decision table. */
export interface Ruling<Decision extends string> {
  decision: Decision;
  /** For people: why this and nothing else. */
  reason: string;
}

/** A row that says the same whatever is wanted. */
export function always<Intent extends string, Decision extends string>(
  intents: readonly Intent[],
  ruling: Ruling<Decision>,
): Record<Intent, Ruling<Decision>> {
  return Object.fromEntries(intents.map((intent) => [intent, ruling])) as Record<Intent, Ruling<Decision>>;
}
