import type {
  CancelAnswer,
  ForceRequest,
  DecideAnswer,
  DecideRequest,
  LimitsRequest,
  LiveMigrationInput,
  MigrationSnapshot,
  PreflightInput,
  PreflightReport,
  QueueSnapshot,
  ResumeAnswer,
  ResumeRequest,
  SteerAnswer,
  StartVirtualMachineInput,
  StopVirtualMachineInput,
  TuneRequest,
} from '@ferry/contracts';
import type { HostId, MigrationId, MigrationLimits, Request, VmId } from '@ferry/domain';

/** What a start or a stop led to. */
export interface PlacedVirtualMachine {
  vm: VmId;
  host: HostId;
  generation: number;
}

/**
 * The workflow engine. Every method fails with a code of the catalogue: `ENGINE_UNAVAILABLE` within three seconds where
 * the engine does not answer, and what the workflow itself refuses with. A class so that it can be asked for by its type.
 */
export abstract class Engine {
  /** Starts a migration, durably. Fails with `VM_ALREADY_MOVING`; to be told of the same migration twice is no mistake. */
  abstract startMigration(input: LiveMigrationInput): Promise<void>;
  /** What stands in the way of moving each VM, in no order. A host that does not answer within some seconds is a finding. */
  abstract preflight(input: PreflightInput): Promise<PreflightReport[]>;
  /** Whether something that changes where the VM runs is under way. */
  abstract isMoving(vm: VmId): Promise<boolean>;
  /** Fails with `MIGRATION_ENDED`, `CANCEL_TOO_LATE`. Without the VM the migration is looked for: `MIGRATION_UNKNOWN`. */
  abstract cancel(migration: MigrationId, vm: VmId | null, request: Request): Promise<CancelAnswer>;
  /** Fails with `MIGRATION_ENDED`, `NOT_PARKED`, `MIGRATION_UNKNOWN`. */
  abstract resume(migration: MigrationId, vm: VmId | null, request: ResumeRequest): Promise<ResumeAnswer>;
  /** Keeps it from switching over. Fails with `ALREADY_HELD`, `SWITCHOVER_BEGUN`, and as `cancel` does. */
  abstract hold(migration: MigrationId, vm: VmId | null, request: Request): Promise<SteerAnswer>;
  /** Lets it switch over. Fails with `NOT_HELD`, `SWITCHOVER_BEGUN`, and as `cancel` does. */
  abstract release(migration: MigrationId, vm: VmId | null, request: Request): Promise<SteerAnswer>;
  /** Switches it over now. Fails with `TRANSFER_NOT_BEGUN`, `DOWNTIME_TOO_SHORT`, `SWITCHOVER_BEGUN`, and as `cancel` does. */
  abstract force(migration: MigrationId, vm: VmId | null, request: ForceRequest): Promise<SteerAnswer>;
  /** Changes its limits while it runs. Fails with `SWITCHOVER_BEGUN`, and as `cancel` does. */
  abstract tune(migration: MigrationId, vm: VmId | null, request: TuneRequest): Promise<SteerAnswer>;
  /** Who is under way and who waits. Fails with `QUEUE_UNAVAILABLE`. */
  abstract queue(): Promise<QueueSnapshot>;
  /** Answers the limits that hold from now on; the engine keeps the change in the audit history. Fails with `QUEUE_UNAVAILABLE`. */
  abstract setLimits(request: LimitsRequest): Promise<MigrationLimits>;
  /** Fails with `MIGRATION_ENDED`, and with what the workflow or the host refuses with: `NOTHING_TO_DECIDE` and others. */
  abstract decide(migration: MigrationId, vm: VmId | null, request: DecideRequest): Promise<DecideAnswer>;
  /** What is true of a migration under way. Fails with `MIGRATION_ENDED`. */
  abstract snapshot(migration: MigrationId, vm: VmId): Promise<MigrationSnapshot>;
  /** Waits until the VM runs. */
  abstract startVirtualMachine(input: StartVirtualMachineInput): Promise<PlacedVirtualMachine>;
  /** Waits until the VM has stopped. */
  abstract stopVirtualMachine(input: StopVirtualMachineInput): Promise<PlacedVirtualMachine>;
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}
