import type { Standing } from './admission.ts';
import type { ErrorCode } from './errors.ts';
import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';
import type { Phase } from './phase.ts';
import type { MigrationPolicy } from './policy.ts';
import type { RehearsalFigures } from './rehearsal.ts';
import type { TransferStatistics } from './progress.ts';

/** What every deed of a migration carries: who moves where, under which authority of the workflow. */
export interface MigrationPlan {
  migration: MigrationId;
  vm: VmId;
  source: HostId;
  destination: HostId;
  policy: MigrationPolicy;
  gate: Gate;
  /** Counts what people have changed of policy and gate: of two plans of one epoch the higher one is in force. */
  revision: number;
  /** Issued by the workflow and raised whenever older attempts must no longer act. Agents refuse a lower one. */
  epoch: number;
}

/** `shut`: memory is copied and kept fresh, and the source may not switch over. */
export type Gate = 'open' | 'shut';

/** Who asked, and why. */
export interface Request {
  actor: string;
  reason: string | null;
}

/** Why the gate is shut, and since when. */
export interface Hold {
  by: string;
  reason: string | null;
  since: Instant;
}

/** A failure as it is kept and shown: a code of the catalogue and what happened this time. */
export interface Failure {
  code: ErrorCode;
  detail: string;
}

/** What a phase's activity returns: its result, and what its agent saw of the time it took. */
export interface PhaseReport<T> {
  host: HostId;
  attempts: number;
  startedAt: Instant;
  finishedAt: Instant;
  result: T;
}

/** What is true of a migration in each of its states, and only there. */
export type MigrationState =
  | { state: 'running'; phase: Phase }
  /** Its hosts are ready, and it waits for its turn. */
  | ({ state: 'queued'; since: Instant } & Standing)
  | { state: 'needs-attention'; phase: Phase; failure: Failure; since: Instant }
  | { state: 'cancelling'; phase: Phase; requestedBy: string }
  | ({ state: 'completed' } & MigrationOutcome)
  | { state: 'cancelled'; owner: HostId }
  /** It was only to be found out how it would go: the guest has stayed. */
  | { state: 'rehearsed'; owner: HostId; figures: RehearsalFigures }
  | { state: 'failed'; owner: HostId; failure: Failure };

export type MigrationStateName = MigrationState['state'];
export const MIGRATION_STATES = [
  'running',
  'queued',
  'needs-attention',
  'cancelling',
  'completed',
  'cancelled',
  'rehearsed',
  'failed',
] as const satisfies readonly MigrationStateName[];
export const TERMINAL_STATES = [
  'completed',
  'cancelled',
  'rehearsed',
  'failed',
] as const satisfies readonly MigrationStateName[];

export function isTerminal(state: MigrationStateName): boolean {
  return (TERMINAL_STATES as readonly MigrationStateName[]).includes(state);
}

/** What a completed migration has to show. Instants are the agents' own. */
export interface MigrationOutcome {
  owner: HostId;
  statistics: TransferStatistics;
  /** The source's CPUs stopped. */
  stoppedAt: Instant;
  /** The destination's CPUs run; those of a paused guest may. */
  runningAt: Instant;
}
