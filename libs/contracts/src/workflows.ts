import type {
  HostId,
  Instant,
  MigrationId,
  MigrationPlan,
  MigrationPolicy,
  MigrationState,
  Outlook,
  Priority,
  Request,
  Testimony,
  VmId,
} from '@ferry/domain';
import type { StartVirtualMachine } from './activities.ts';

/** Names, inputs and answers of the workflows: what API and worker agree on. */

export const WORKFLOWS = {
  liveMigration: 'liveMigration',
  migrationQueue: 'migrationQueue',
  startVirtualMachine: 'startVirtualMachine',
  stopVirtualMachine: 'stopVirtualMachine',
} as const;

export interface LiveMigrationInput {
  migration: MigrationId;
  vm: VmId;
  source: HostId;
  destination: HostId;
  policy: MigrationPolicy;
  priority: Priority;
  request: Request;
  requestedAt: Instant;
}

export type StartVirtualMachineInput = StartVirtualMachine & { host: HostId };
export interface StopVirtualMachineInput {
  vm: VmId;
  host: HostId;
}

/** Updates and queries of `liveMigration`. Every update names who asks and why. */
export const CANCEL_UPDATE = 'cancel';
export const RESUME_UPDATE = 'resume';
export const DECIDE_UPDATE = 'decide';
export const STATE_QUERY = 'state';

/** `kept`: cancelled, the guest runs on at the source. `too-late`: it moved in the meantime, and the migration completes. */
export interface CancelAnswer {
  outcome: 'kept' | 'too-late' | 'ended';
  owner: HostId | null;
  explanation: string;
}

export interface ResumeAnswer {
  phase: string;
}

/** A person's word on whose the guest is: `confirmation` as `confirmationOf` has it. */
export interface DecideRequest {
  actor: string;
  reason: string;
  owner: HostId;
  confirmation: string;
}

/** Whether the guest runs on the host that was named; else it has ended there. */
export interface DecideAnswer {
  owner: HostId;
  runs: boolean;
  generation: number;
}

/** The answer to the query `state`. */
export interface MigrationSnapshot {
  plan: MigrationPlan;
  state: MigrationState;
  /** Whether the pivot has been passed, so that only forward is left. */
  pivotPassed: boolean;
  outlook: Outlook;
  /** What both hosts said when it began to wait for a person. */
  testimonies: Testimony[];
}
