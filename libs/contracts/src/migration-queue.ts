import type { Applicant, Instant, MigrationId, MigrationLimits, Request, Standing } from '@ferry/domain';

/** What migrations, people and the workflow `migrationQueue` say to each other. */

/** Signals to the queue: a migration asks for its turn, or gives back its place. To ask twice changes nothing. */
export const ENTER_SIGNAL = 'enter';
export const LEAVE_SIGNAL = 'leave';
/** Signal to the migration: what becomes of its asking. */
export const QUEUE_ANSWER_SIGNAL = 'queue-answer';
export const SET_LIMITS_UPDATE = 'setLimits';
export const QUEUE_QUERY = 'queue';

export interface Entrant extends Applicant {
  /** The workflow's run, which gets the answer: the id alone may be a later migration's. */
  run: string;
}

/** A migration as it enters the queue, whoever asks for its turn. */
export function entrantOf(applicant: Applicant, run: string): Entrant {
  // No more of it than that: it may be a whole migration's input.
  const { migration, vm, source, destination, priority, requestedAt } = applicant;
  return { migration, vm, source, destination, priority, requestedAt, run };
}

export interface Leaving {
  migration: MigrationId;
}

export type QueueAnswer = { migration: MigrationId } & (
  { answer: 'admitted'; admittedAt: Instant } | ({ answer: 'wait' } & Standing)
);

/** A place in the queue, or, once admitted, a place of those that the limits allow. */
export interface Place extends Entrant {
  /** Null while it waits. */
  admittedAt: Instant | null;
}

export interface MigrationQueueInput {
  limits: MigrationLimits;
  places: Place[];
}

/** Who wants which limits, and why; what is left out stays as it is. */
export interface LimitsRequest extends Request {
  limits: Partial<MigrationLimits>;
}

/** What is kept in the audit history of a change. */
export interface LimitsChange extends Request {
  at: Instant;
  before: MigrationLimits;
  after: MigrationLimits;
}

/** The answer to the query `queue`. */
export interface QueueSnapshot {
  limits: MigrationLimits;
  /** Those under way, the longest first. */
  inFlight: (Applicant & { admittedAt: Instant })[];
  /** Those that wait, in the order of the line. */
  waiting: (Applicant & Standing)[];
}

/** Memos, which outlive a queue that was terminated: a new one is made of them. */
export const QUEUE_MEMO = {
  /** On the queue: its limits. */
  limits: 'FerryLimits',
  /** On a migration: its `Place`. */
  place: 'FerryPlace',
} as const;
