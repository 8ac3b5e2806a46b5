import { LIMITS_RANGE, PRIORITIES, type MigrationLimits } from '@ferry/domain';
import { z } from 'zod';
import { standing } from './migration.ts';
import { instant, reason } from './primitives.ts';

function bounded(key: keyof MigrationLimits) {
  const [minimum, maximum] = LIMITS_RANGE[key];
  return z.number().int().min(minimum).max(maximum);
}

const limitsShape = {
  outgoing: bounded('outgoing'),
  incoming: bounded('incoming'),
  cluster: bounded('cluster'),
} as const satisfies Record<keyof MigrationLimits, z.ZodType>;

/** How many migrations may leave a host, arrive at a host, and be under way in the cluster. */
export const migrationLimits = z.object(limitsShape).meta({ id: 'MigrationLimits' });

/** What is left out stays as it is. */
export const setLimitsBody = z
  .strictObject({ ...z.strictObject(limitsShape).partial().shape, reason: reason.nullable().default(null) })
  .refine(({ outgoing, incoming, cluster }) => [outgoing, incoming, cluster].some((each) => each !== undefined), {
    path: ['outgoing'],
    message: 'must be given, or incoming, or cluster',
  })
  .meta({ id: 'SetLimits' });
export type SetLimitsBody = z.input<typeof setLimitsBody>;

const applicant = z.object({
  migration: z.uuid(),
  vm: z.string(),
  source: z.string(),
  destination: z.string(),
  priority: z.enum(PRIORITIES),
  requestedAt: instant,
});

export const migrationQueue = z
  .object({
    limits: migrationLimits,
    /** Those that have a place, the longest first. */
    inFlight: z.array(applicant.extend({ admittedAt: instant })),
    /** Those that wait, the next one first. */
    waiting: z.array(applicant.extend(standing.shape)),
  })
  .meta({ id: 'MigrationQueue' });
export type MigrationQueue = z.infer<typeof migrationQueue>;
