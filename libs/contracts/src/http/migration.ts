import { DEFAULT_PRIORITY, MIGRATION_STATES, PHASES, PRIORITIES, TUNABLE_LIMITS } from '@ferry/domain';
import { z } from 'zod';
import { outlook, testimony } from './outlook.ts';
import { pageOf, pageQuery } from './page.ts';
import { bounded, limitsShape, migrationPolicy, policyValues, tunableShape } from './policy.ts';
import { instant, line, name, reason } from './primitives.ts';
import { failure } from './problem.ts';

export const submitMigrationBody = z
  .strictObject({
    vm: name,
    destination: name,
    reason: reason.nullable().default(null),
    /** What is left out is as in the policy named; where none is, as the VM's definition has it, or in “balanced”. */
    policy: policyValues.default({}),
    /** Copies memory and keeps it fresh, and does not switch over until it is released. */
    hold: z.boolean().default(false),
    /** Whose turn comes first where the limits make migrations wait. */
    priority: z.enum(PRIORITIES).default(DEFAULT_PRIORITY),
    /** Checks the request and answers what would be started, and starts nothing. */
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'SubmitMigration' });
export type SubmitMigrationBody = z.input<typeof submitMigrationBody>;

/** A migration that ends before its switchover, and tells how it would have gone. */
export const rehearseBody = submitMigrationBody.omit({ hold: true, dryRun: true }).meta({ id: 'Rehearse' });
export type RehearseBody = z.input<typeof rehearseBody>;

export const interventionBody = z
  .strictObject({ reason: reason.nullable().default(null) })
  .meta({ id: 'Intervention' });
export type InterventionBody = z.input<typeof interventionBody>;

export const resumeBody = interventionBody
  .extend({ policy: z.strictObject(limitsShape).partial().optional() })
  .meta({ id: 'Resumption' });
export type ResumeBody = z.input<typeof resumeBody>;

export const forceBody = interventionBody
  .extend({
    /** The blackout that is agreed to. */
    downtimeMs: bounded('downtimeLimitMs'),
  })
  .meta({ id: 'Force' });
export type ForceBody = z.input<typeof forceBody>;

/** At least one of the limits. */
export const tuneBody = interventionBody
  .extend(z.object(tunableShape).partial().shape)
  .refine((given) => TUNABLE_LIMITS.some((limit) => given[limit] !== undefined), {
    path: [TUNABLE_LIMITS[0]],
    message: `must be given, or ${TUNABLE_LIMITS.slice(1).join(', ')}`,
  })
  .meta({ id: 'Tuning' });
export type TuneBody = z.input<typeof tuneBody>;

export const hold = z.object({ by: z.string(), reason: z.string().nullable(), since: instant }).meta({ id: 'Hold' });

export const statistics = z
  .object({
    downtimeMs: z.number(),
    totalMs: z.number(),
    setupMs: z.number(),
    transferredBytes: z.number(),
    rounds: z.number(),
  })
  .meta({ id: 'TransferStatistics' });

/** How its transfer was expected to go, by what was measured of its guest at its beginning. */
export const transferPrediction = z
  .object({
    converges: z.boolean(),
    rounds: z.number().int(),
    totalMs: z.number(),
    transferredBytes: z.number(),
    downtimeMs: z.number(),
    dirtyBytesPerSecond: z.number(),
  })
  .meta({ id: 'TransferPrediction' });

const rehearsalFigures = z
  .object({
    copiedMs: z.number(),
    transferredBytes: z.number(),
    rounds: z.number(),
    bytesPerSecond: z.number(),
    dirtyBytesPerSecond: z.number(),
    /** Null where the guest dirties its memory faster than it is sent. */
    forecast: z.object({ totalMs: z.number(), rounds: z.number(), downtimeMs: z.number() }).nullable(),
  })
  .meta({ id: 'RehearsalFigures' });

export const phaseRun = z
  .object({
    phase: z.enum(PHASES),
    state: z.enum(['running', 'completed', 'failed']),
    host: z.string().nullable(),
    attempts: z.number().int(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    details: z.record(z.string(), z.unknown()),
    failure: failure.nullable(),
  })
  .meta({ id: 'PhaseRun' });

const amount = z.number().min(0);

export const migrationProgress = z
  .object({
    migration: z.uuid(),
    vm: name,
    host: name,
    at: instant,
    status: line(40),
    transferredBytes: amount,
    remainingBytes: amount,
    totalBytes: amount,
    rounds: amount,
    bytesPerSecond: amount,
    dirtyBytesPerSecond: amount,
    throttlePercent: amount.max(100),
    expectedDowntimeMs: amount.nullable(),
  })
  .meta({ id: 'MigrationProgress' });

export const migration = z
  .object({
    id: z.uuid(),
    vm: z.string(),
    source: z.string(),
    destination: z.string(),
    state: z.enum(MIGRATION_STATES),
    phase: z.enum(PHASES).nullable(),
    /** Who owns the guest now, as far as the migration has settled it. */
    owner: z.string().nullable(),
    requestedBy: z.string(),
    reason: z.string().nullable(),
    requestedAt: instant,
    finishedAt: instant.nullable(),
    policy: migrationPolicy,
    /** Its switchover waits until somebody releases it. */
    hold: hold.nullable(),
    priority: z.enum(PRIORITIES),
    failure: failure.nullable(),
    statistics: statistics.nullable(),
    /** Null where the guest is to move; the figures are there once the rehearsal has ended well. */
    rehearsal: z.object({ figures: rehearsalFigures.nullable() }).nullable(),
    /** STOP at the source until the CPUs run at the destination, by the agents' clocks. */
    blackoutMs: z.number().nullable(),
  })
  .meta({ id: 'Migration' });
export type Migration = z.infer<typeof migration>;

/** Where it stands in the queue; null where it does not wait, or nobody can tell at present. */
export const standing = z.object({ position: z.number().int(), reason: z.string() }).meta({ id: 'Standing' });

export const migrationDetail = migration
  .extend({
    phases: z.array(phaseRun),
    progress: migrationProgress.nullable(),
    queue: standing.nullable(),
    /** Null of one that has ended, and where the engine does not answer. */
    outlook: outlook.nullable(),
    testimonies: z.array(testimony),
    /** Null until its memory is transferred, and of one that was over before it was measured. Stands beside `statistics`. */
    prediction: transferPrediction.nullable(),
  })
  .meta({ id: 'MigrationDetail' });
export type MigrationDetail = z.infer<typeof migrationDetail>;

export const migrationPage = pageOf(migration, 'MigrationPage');
export const migrationListQuery = pageQuery.extend({
  state: z.enum(MIGRATION_STATES).optional(),
  vm: name.optional(),
  host: name.optional(),
});

/** The answer to a submitted migration; of a dry run it has no id. */
export const submittedMigration = z
  .object({
    dryRun: z.boolean(),
    id: z.uuid().nullable(),
    vm: z.string(),
    source: z.string(),
    destination: z.string(),
    policy: migrationPolicy,
    priority: z.enum(PRIORITIES),
  })
  .meta({ id: 'SubmittedMigration' });
export type SubmittedMigration = z.infer<typeof submittedMigration>;

export const cancelAnswer = z
  .object({
    outcome: z.enum(['kept', 'too-late', 'ended', 'pending']),
    owner: z.string().nullable(),
    explanation: z.string(),
  })
  .meta({ id: 'CancelAnswer' });
export const resumeAnswer = z.object({ phase: z.enum(PHASES) }).meta({ id: 'ResumeAnswer' });
/** What is in force after `hold`, `release`, `force` or `tune`. */
export const steerAnswer = z.object({ hold: hold.nullable(), policy: migrationPolicy }).meta({ id: 'SteerAnswer' });
