/** How many migrations may be under way at once. */
export interface MigrationLimits {
  /** That leave one host. */
  outgoing: number;
  /** That arrive at one host. */
  incoming: number;
  /** In the whole cluster. */
  cluster: number;
}

export const DEFAULT_LIMITS: MigrationLimits = { outgoing: 2, incoming: 2, cluster: 5 };

/** The least and the most that each value may be. */
export const LIMITS_RANGE: Record<keyof MigrationLimits, readonly [minimum: number, maximum: number]> = {
  outgoing: [1, 64],
  incoming: [1, 64],
  cluster: [1, 1_000],
};
