import type {
  CancelAnswer,
  DecideAnswer,
  DecideRequest,
  LimitsRequest,
  LiveMigrationInput,
  MigrationSnapshot,
  QueueSnapshot,
  ResumeAnswer,
  StartVirtualMachineInput,
  StopVirtualMachineInput,
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
  /** Whether something that changes where the VM runs is under way. */
  abstract isMoving(vm: VmId): Promise<boolean>;
  /** Fails with `MIGRATION_ENDED`, `CANCEL_TOO_LATE`. Without the VM the migration is looked for: `MIGRATION_UNKNOWN`. */
  abstract cancel(migration: MigrationId, vm: VmId | null, request: Request): Promise<CancelAnswer>;
  /** Fails with `MIGRATION_ENDED`, `NOT_PARKED`, `MIGRATION_UNKNOWN`. */
  abstract resume(migration: MigrationId, vm: VmId | null, request: Request): Promise<ResumeAnswer>;
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
