import type {
  Finding,
  Hold,
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
  TunableLimit,
  VmId,
} from '@ferry/domain';
import type { StartVirtualMachine } from './activities.ts';

/** Names, inputs and answers of the workflows: what API and worker agree on. */

export const WORKFLOWS = {
  liveMigration: 'liveMigration',
  migrationQueue: 'migrationQueue',
  preflight: 'preflight',
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
  /** It is to be held from its beginning. */
  hold?: boolean;
  /** The guest is to stay where it is: it ends before the switchover, and tells how it would have gone. */
  rehearsal?: boolean;
}

/** Whether each VM could move from where it runs to each of these hosts. Its own is left out. */
export interface PreflightInput {
  machines: { vm: VmId; source: HostId }[];
  destinations: HostId[];
}

/** What was found on one host. */
export interface Inspected {
  host: HostId;
  findings: Finding[];
}

export interface PreflightReport {
  vm: VmId;
  source: Inspected;
  destinations: Inspected[];
}

export type StartVirtualMachineInput = StartVirtualMachine & { host: HostId };
export interface StopVirtualMachineInput {
  vm: VmId;
  host: HostId;
}

/** Updates and queries of `liveMigration`. Every update names who asks and why. */
export const CANCEL_UPDATE = 'cancel';
export const RESUME_UPDATE = 'resume';
export const HOLD_UPDATE = 'hold';
export const RELEASE_UPDATE = 'release';
export const FORCE_UPDATE = 'force';
export const TUNE_UPDATE = 'tune';
export const DECIDE_UPDATE = 'decide';
export const STATE_QUERY = 'state';

/**
 * `kept`: cancelled, the guest runs on at the source. `too-late`: it moved in the meantime, and the migration completes.
 * `pending`: it is being called off, and a host that has to say or to do something does not answer yet.
 */
export interface CancelAnswer {
  outcome: 'kept' | 'too-late' | 'ended' | 'pending';
  owner: HostId | null;
  explanation: string;
}

/** A request to go on, with what is to be changed of the policy. */
export type ResumeRequest = Request & { policy?: Partial<MigrationPolicy> };

export interface ResumeAnswer {
  phase: string;
}

export type ForceRequest = Request & { downtimeMs: number };
export type TuneRequest = Request & { policy: Partial<Pick<MigrationPolicy, TunableLimit>> };

/** What is in force after `hold`, `release`, `force` or `tune`. */
export interface SteerAnswer {
  hold: Hold | null;
  policy: MigrationPolicy;
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
  /** The disks from which the other host was cut off before. */
  cutOff: string[];
}

/** The answer to the query `state`. */
export interface MigrationSnapshot {
  plan: MigrationPlan;
  state: MigrationState;
  hold: Hold | null;
  /** Whether the pivot has been passed, so that only forward is left. */
  pivotPassed: boolean;
  outlook: Outlook;
  /** What both hosts said when it began to wait for a person. */
  testimonies: Testimony[];
}
