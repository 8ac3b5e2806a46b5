import {
  POLICY_CHOICES,
  POLICY_RANGE,
  SET_UP_PARTS,
  type MigrationPolicy,
  type PolicyLimit,
  type TunableLimit,
} from '@ferry/domain';
import { z } from 'zod';

export function bounded(key: PolicyLimit) {
  const [minimum, maximum] = POLICY_RANGE[key];
  return z.number().int().min(minimum).max(maximum);
}

/** What both ends are set up by. */
const setUpShape = {
  name: z.enum(POLICY_CHOICES.name),
  stream: z.enum(POLICY_CHOICES.stream),
  channels: bounded('channels'),
  compression: z.enum(POLICY_CHOICES.compression),
  postCopy: z.enum(POLICY_CHOICES.postCopy),
} as const satisfies Record<(typeof SET_UP_PARTS)[number], z.ZodType>;

/** What can be changed while memory is copied. */
export const tunableShape = {
  bandwidthBytesPerSecond: bounded('bandwidthBytesPerSecond'),
  downtimeLimitMs: bounded('downtimeLimitMs'),
  roundLimit: bounded('roundLimit'),
  abandonAfterMs: bounded('abandonAfterMs'),
  throttleLimitPercent: bounded('throttleLimitPercent'),
  lastResortDowntimeMs: bounded('lastResortDowntimeMs'),
} as const satisfies Record<TunableLimit, z.ZodType>;

/** What can be changed where a migration is resumed. */
export const limitsShape = {
  ...tunableShape,
  blackoutLimitMs: bounded('blackoutLimitMs'),
  stallLimitMs: bounded('stallLimitMs'),
} as const;

const policyShape = { ...setUpShape, ...limitsShape } as const satisfies Record<keyof MigrationPolicy, z.ZodType>;

export const migrationPolicy = z.object(policyShape).meta({ id: 'MigrationPolicy' });

/** Some values of a policy: what is left out is decided elsewhere. */
export const policyValues = z
  .strictObject(policyShape)
  .partial()
  .transform((given) => given as Partial<MigrationPolicy>);
