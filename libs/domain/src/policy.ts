import type { FieldError } from './errors.ts';

/** How a migration may behave. Every value is set at QEMU explicitly: its own defaults are no policy. */
export interface MigrationPolicy {
  /** Ceiling for the migration stream. */
  bandwidthBytesPerSecond: number;
  /** Longest blackout that QEMU may plan for when it decides to switch over. */
  downtimeLimitMs: number;
  /** Released and not started within this time: the source takes its guest back. */
  blackoutLimitMs: number;
  /** Not one more byte transferred in this time: the transfer is cancelled. */
  stallLimitMs: number;
}

export const DEFAULT_POLICY: MigrationPolicy = {
  bandwidthBytesPerSecond: 1024 ** 3,
  downtimeLimitMs: 300,
  blackoutLimitMs: 2_000,
  stallLimitMs: 15_000,
};

/** The least and the most that each value may be. */
export const POLICY_RANGE: Record<keyof MigrationPolicy, readonly [minimum: number, maximum: number]> = {
  bandwidthBytesPerSecond: [1024 ** 2, 128 * 1024 ** 3],
  downtimeLimitMs: [1, 60_000],
  blackoutLimitMs: [100, 60_000],
  stallLimitMs: [1_000, 3_600_000],
};

/** What is wrong with values that are to become part of a policy; nothing if they are good. */
export function policyMistakes(change: Partial<MigrationPolicy>): FieldError[] {
  return Object.entries(change).flatMap(([field, value]): FieldError[] => {
    const range = POLICY_RANGE[field as keyof MigrationPolicy] as readonly [number, number] | undefined;
    if (range === undefined) return [{ field, message: 'is no part of a policy' }];
    const [minimum, maximum] = range;
    const good = Number.isInteger(value) && value >= minimum && value <= maximum;
    return good ? [] : [{ field, message: `must be a whole number from ${minimum} to ${maximum}` }];
  });
}
