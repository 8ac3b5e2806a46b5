import type { Testimony } from './evidence.ts';
import type { Standing } from './admission.ts';
import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';
import type { Failure, MigrationOutcome } from './migration.ts';
import type { Phase } from './phase.ts';
import type { MigrationPolicy } from './policy.ts';
import type { Priority } from './priority.ts';
import type { RehearsalFigures } from './rehearsal.ts';

/**
 * What happened to a migration, in its order. The workflow numbers them; storing one twice changes nothing.
 * Together they are the audit history of the migration, and its rows in the database are made of them.
 */
export type MigrationEvent = {
  migration: MigrationId;
  vm: VmId;
  /** Counts from 1 without a gap. */
  sequence: number;
  at: Instant;
} & MigrationEventBody;

export type MigrationEventBody =
  | {
      type: 'requested';
      actor: string;
      reason: string | null;
      source: HostId;
      destination: HostId;
      policy: MigrationPolicy;
      priority: Priority;
      /** The guest is to stay. */
      rehearsal?: boolean;
    }
  | { type: 'phase-started'; phase: Phase }
  | {
      type: 'phase-completed';
      phase: Phase;
      host: HostId;
      attempts: number;
      startedAt: Instant;
      finishedAt: Instant;
      details: Record<string, unknown>;
    }
  /** It has to wait for its turn, and got it. */
  | ({ type: 'queued' } & Standing)
  | { type: 'admitted'; waitedMs: number }
  | {
      type: 'phase-failed';
      phase: Phase;
      failure: Failure;
      /** Whose deed it was; that of both hosts has none. */
      host?: HostId;
      /** As many as the host has counted; one that did not answer has told none. */
      attempts?: number;
    }
  | { type: 'needs-attention'; phase: Phase; failure: Failure }
  | {
      type: 'resumed';
      phase: Phase;
      actor: string;
      reason: string | null;
      /** From here on, where it was changed. */
      policy?: MigrationPolicy;
    }
  | { type: 'gate-shut'; actor: string; reason: string | null }
  | { type: 'gate-opened'; actor: string; reason: string | null }
  /** The switchover was asked for now; the policy allows for its downtime from here on. */
  | { type: 'forced'; actor: string; reason: string | null; downtimeMs: number; policy: MigrationPolicy }
  | { type: 'tuned'; actor: string; reason: string | null; policy: MigrationPolicy }
  | { type: 'cancel-requested'; actor: string; reason: string | null }
  /** Who owns the guest was settled: at the pivot, or by withdrawing. */
  | {
      type: 'decided';
      decision: 'pivot' | 'withdrawn' | 'moved-despite-cancel';
      owner: HostId;
      generation: number;
      explanation: string;
    }
  | {
      type: 'decided-by-person';
      actor: string;
      reason: string;
      owner: HostId;
      generation: number;
      runs: boolean;
      /** The disks from which the other host was cut off before it was written down. */
      cutOff: string[];
    }
  /** What both hosts knew when the migration began to wait for a person. */
  | { type: 'heard'; testimonies: Testimony[] }
  | { type: 'compensated'; host: HostId; undo: string }
  /** What was not undone, as the host did not answer; it can't become the guest any more. */
  | { type: 'left-behind'; host: HostId; undo: string; failure: Failure }
  | ({ type: 'completed' } & MigrationOutcome)
  | { type: 'cancelled'; owner: HostId }
  | { type: 'rehearsed'; owner: HostId; figures: RehearsalFigures }
  | { type: 'failed'; owner: HostId; failure: Failure };

export type MigrationEventType = MigrationEventBody['type'];
