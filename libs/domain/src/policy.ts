import type { FieldError } from './errors.ts';

/** How a migration may behave. Every value is set at QEMU explicitly: its own defaults are no policy. */
export interface MigrationPolicy {
  /** The named policy whose values stand where no other was given. */
  name: 'balanced' | 'minimal-downtime' | 'must-complete';
  /** `encrypted`: with a key of the migration's own, that nobody but its two hosts has. `plain-text`: for whoever can listen to read. */
  stream: 'encrypted' | 'plain-text';
  /** Connections that share the memory; 1 sends it in the stream of everything else. */
  channels: number;
  compression: 'none' | 'zstd';
  /**
   * `last-resort`: where nothing else ends the copying, the guest goes on at the destination before all of its memory is
   * there. Until it is, both hosts and the link between them are needed, and it can't be called off.
   */
  postCopy: 'never' | 'last-resort';
  /** Ceiling for the migration stream. */
  bandwidthBytesPerSecond: number;
  /** Longest blackout that QEMU may plan for when it decides to switch over. It aims at far less while that comes nearer; see `downtimeWithin`. */
  downtimeLimitMs: number;
  /** Passes over the memory without coming to a switchover: then the last resort comes, or the end. */
  roundLimit: number;
  /** Time of copying without coming to a switchover: then the last resort comes, or the end. */
  abandonAfterMs: number;
  /** The most of its processor time that may be taken from a guest that outruns the transfer; 1 is not to be felt. */
  throttleLimitPercent: number;
  /** The last resort: the downtime limit may grow to this before the migration is given up; 0 if not at all. */
  lastResortDowntimeMs: number;
  /** Released and not started within this time: the source takes its guest back. */
  blackoutLimitMs: number;
  /** Not one more byte transferred in this time: the transfer is cancelled. */
  stallLimitMs: number;
}

/** What is a number in a policy. */
export type PolicyLimit = {
  [K in keyof MigrationPolicy]: MigrationPolicy[K] extends number ? K : never;
}[keyof MigrationPolicy];
/** What is a word in a policy. */
export type PolicyChoice = Exclude<keyof MigrationPolicy, PolicyLimit>;

/** What both ends are set up by. It stands from the beginning of a migration. */
export const SET_UP_PARTS = [
  'name',
  'stream',
  'channels',
  'compression',
  'postCopy',
] as const satisfies (keyof MigrationPolicy)[];

/** What can be changed of a transfer under way. */
export const TUNABLE_LIMITS = [
  'bandwidthBytesPerSecond',
  'downtimeLimitMs',
  'roundLimit',
  'abandonAfterMs',
  'throttleLimitPercent',
  'lastResortDowntimeMs',
] as const satisfies PolicyLimit[];
export type TunableLimit = (typeof TUNABLE_LIMITS)[number];

export const DEFAULT_POLICY: MigrationPolicy = {
  name: 'balanced',
  stream: 'encrypted',
  channels: 1,
  compression: 'none',
  postCopy: 'never',
  bandwidthBytesPerSecond: 1024 ** 3,
  downtimeLimitMs: 300,
  roundLimit: 100,
  abandonAfterMs: 1_800_000,
  throttleLimitPercent: 50,
  lastResortDowntimeMs: 0,
  blackoutLimitMs: 2_000,
  stallLimitMs: 15_000,
};

/** The least and the most that each value may be. */
export const POLICY_RANGE: Record<PolicyLimit, readonly [minimum: number, maximum: number]> = {
  channels: [1, 16],
  bandwidthBytesPerSecond: [1024 ** 2, 128 * 1024 ** 3],
  downtimeLimitMs: [1, 60_000],
  roundLimit: [2, 10_000],
  abandonAfterMs: [1_000, 7 * 86_400_000],
  throttleLimitPercent: [1, 99],
  lastResortDowntimeMs: [0, 60_000],
  blackoutLimitMs: [100, 60_000],
  stallLimitMs: [1_000, 3_600_000],
};

/** The words that each choice has, the default first. */
export const POLICY_CHOICES: { [K in PolicyChoice]: readonly [MigrationPolicy[K], ...MigrationPolicy[K][]] } = {
  name: ['balanced', 'minimal-downtime', 'must-complete'],
  stream: ['encrypted', 'plain-text'],
  compression: ['none', 'zstd'],
  postCopy: ['never', 'last-resort'],
};

/** What is wrong with values that are to become part of a policy; nothing if they are good. */
export function policyMistakes(change: Partial<MigrationPolicy>): FieldError[] {
  return Object.entries(change).flatMap(([field, value]): FieldError[] => {
    const message = Object.hasOwn(POLICY_RANGE, field)
      ? mistakeOfLimit(value, POLICY_RANGE[field as PolicyLimit])
      : Object.hasOwn(POLICY_CHOICES, field)
        ? mistakeOfChoice(value, POLICY_CHOICES[field as PolicyChoice])
        : 'is no part of a policy';
    return message === null ? [] : [{ field, message }];
  });
}

/** What is wrong with values that are to change the policy of a migration under way. */
export function policyChangeMistakes(change: Partial<MigrationPolicy>): FieldError[] {
  const fixed = SET_UP_PARTS.filter((field) => Object.hasOwn(change, field));
  if (fixed.length === 0) return policyMistakes(change);
  return fixed.map((field) => ({ field, message: 'stands from the beginning of a migration; submit another one' }));
}

function mistakeOfLimit(value: unknown, [minimum, maximum]: readonly [number, number]): string | null {
  const good = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return good ? null : `must be a whole number from ${minimum} to ${maximum}`;
}

function mistakeOfChoice(value: unknown, choices: readonly unknown[]): string | null {
  return choices.includes(value) ? null : `must be ${choices.map((choice) => `“${String(choice)}”`).join(' or ')}`;
}
