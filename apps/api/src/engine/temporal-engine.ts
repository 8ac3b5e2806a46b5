import {
  CANCEL_UPDATE,
  CONTROL_PLANE_QUEUE,
  DECIDE_UPDATE,
  ENTER_SIGNAL,
  entrantOf,
  FORCE_UPDATE,
  HOLD_UPDATE,
  MIGRATION_QUEUE_ID,
  migrationQuery,
  preflightId,
  QUEUE_QUERY,
  RELEASE_UPDATE,
  RESUME_UPDATE,
  SET_LIMITS_UPDATE,
  STATE_QUERY,
  TUNE_UPDATE,
  virtualMachineLock,
  WORKFLOWS,
  type CancelAnswer,
  type ForceRequest,
  type DecideAnswer,
  type DecideRequest,
  type Entrant,
  type LimitsRequest,
  type LiveMigrationInput,
  type MigrationSnapshot,
  type PreflightInput,
  type PreflightReport,
  type QueueSnapshot,
  type ResumeAnswer,
  type ResumeRequest,
  type StartVirtualMachineInput,
  type SteerAnswer,
  type StopVirtualMachineInput,
  type TuneRequest,
} from '@ferry/contracts';
import { dataConverter } from '@ferry/contracts/payloads';
import { FerryError, isTerminal, type MigrationId, type MigrationLimits, type Request, type VmId } from '@ferry/domain';
import {
  Client,
  Connection,
  WorkflowNotFoundError,
  WorkflowUpdateStage,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { v7 as uuid } from 'uuid';
import { Calls } from './calls.ts';
import { Engine, type PlacedVirtualMachine } from './engine.ts';
import { MIGRATION_KEY, searchAttributesOf } from './search-attributes.ts';

/** How long a client waits for what it asked for: longer than any retry of a healthy cluster. */
const RESULT_MS = 60_000;
/** Temporal takes no longer ones. */
const SUMMARY_LENGTH = 200;

export class TemporalEngine extends Engine {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #namespace: string;
  readonly #calls: Calls;

  /** Connects when it is first used, and again whenever the server comes back. */
  constructor({ address, namespace }: { address: string; namespace: string }) {
    super();
    this.#namespace = namespace;
    // gRPC would wait up to two minutes between its attempts to reach a server again.
    const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };
    this.#connection = Connection.lazy({ address, channelArgs });
    this.#client = new Client({ connection: this.#connection, namespace, dataConverter });
    this.#calls = new Calls(this.#connection);
  }

  async startMigration(input: LiveMigrationInput): Promise<void> {
    const { vm, source, destination, migration, request } = input;
    const summary = `Move ${vm} from ${source} to ${destination}`;
    try {
      const { firstExecutionRunId } = await this.#start(WORKFLOWS.liveMigration, vm, input, {
        typedSearchAttributes: searchAttributesOf(input),
        staticSummary: summary,
        staticDetails: `Asked for by ${request.actor}${request.reason === null ? '' : `: ${request.reason}`}`,
      });
      this.#enterQueue(input, firstExecutionRunId);
    } catch (error) {
      if (!(error instanceof FerryError)) throw error;
      if (error.code === 'ENGINE_UNAVAILABLE') {
        const detail = `Temporal did not answer. Should it have got the request all the same, this is migration ${migration}.`;
        throw new FerryError(error.code, detail, { cause: error.cause });
      }
      // The same request came twice, or its first answer was lost.
      const again = error.code === 'VM_ALREADY_MOVING' && (await this.#running(vm))?.migration === migration;
      if (!again) throw error;
    }
  }

  /** Asks for the migration's turn while its workflow begins. Should that be lost, the workflow asks by itself. */
  #enterQueue(input: LiveMigrationInput, run: string): void {
    const queue = this.#client.workflow.getHandle(MIGRATION_QUEUE_ID);
    this.#calls.make(() => queue.signal<[Entrant]>(ENTER_SIGNAL, entrantOf(input, run))).catch(() => undefined);
  }

  async preflight(input: PreflightInput): Promise<PreflightReport[]> {
    return this.#calls.make(
      () =>
        this.#client.workflow.execute(WORKFLOWS.preflight, {
          taskQueue: CONTROL_PLANE_QUEUE,
          workflowId: preflightId(uuid()),
          workflowExecutionTimeout: RESULT_MS,
          // Somebody waits for it: a step that is lost on its way to the worker is to be given out again before Temporal's 10 s.
          workflowTaskTimeout: '4s',
          staticSummary: `Preflight of ${input.machines.map(({ vm }) => vm).join(', ')}`.slice(0, SUMMARY_LENGTH),
          args: [input],
        }) as Promise<PreflightReport[]>,
      RESULT_MS,
    );
  }

  async isMoving(vm: VmId): Promise<boolean> {
    return (await this.#running(vm)) !== null;
  }

  async cancel(migration: MigrationId, vm: VmId | null, request: Request): Promise<CancelAnswer> {
    return this.#update<CancelAnswer>(await this.#find(migration, vm), CANCEL_UPDATE, request);
  }

  async resume(migration: MigrationId, vm: VmId | null, request: ResumeRequest): Promise<ResumeAnswer> {
    return this.#update<ResumeAnswer>(await this.#find(migration, vm), RESUME_UPDATE, request);
  }

  async hold(migration: MigrationId, vm: VmId | null, request: Request): Promise<SteerAnswer> {
    return this.#update<SteerAnswer>(await this.#find(migration, vm), HOLD_UPDATE, request);
  }

  async release(migration: MigrationId, vm: VmId | null, request: Request): Promise<SteerAnswer> {
    return this.#update<SteerAnswer>(await this.#find(migration, vm), RELEASE_UPDATE, request);
  }

  async force(migration: MigrationId, vm: VmId | null, request: ForceRequest): Promise<SteerAnswer> {
    return this.#update<SteerAnswer>(await this.#find(migration, vm), FORCE_UPDATE, request);
  }

  async tune(migration: MigrationId, vm: VmId | null, request: TuneRequest): Promise<SteerAnswer> {
    return this.#update<SteerAnswer>(await this.#find(migration, vm), TUNE_UPDATE, request);
  }

  async decide(migration: MigrationId, vm: VmId | null, request: DecideRequest): Promise<DecideAnswer> {
    return this.#update<DecideAnswer>(await this.#find(migration, vm), DECIDE_UPDATE, request);
  }

  async snapshot(migration: MigrationId, vm: VmId): Promise<MigrationSnapshot> {
    const workflow = await this.#find(migration, vm);
    return this.#calls.make(() => workflow.query<MigrationSnapshot>(STATE_QUERY));
  }

  async queue(): Promise<QueueSnapshot> {
    const queue = await this.#queue();
    return this.#calls.make(() => queue.query<QueueSnapshot>(QUEUE_QUERY));
  }

  async setLimits(request: LimitsRequest): Promise<MigrationLimits> {
    return this.#update<MigrationLimits>(await this.#queue(), SET_LIMITS_UPDATE, request);
  }

  async startVirtualMachine(input: StartVirtualMachineInput): Promise<PlacedVirtualMachine> {
    const vm = input.definition.id;
    const staticSummary = `Start ${vm} on ${input.host}`;
    return this.#result(await this.#start(WORKFLOWS.startVirtualMachine, vm, input, { staticSummary }));
  }

  async stopVirtualMachine(input: StopVirtualMachineInput): Promise<PlacedVirtualMachine> {
    const { vm, host } = input;
    const staticSummary = `Stop ${vm} on ${host}`;
    return this.#result(await this.#start(WORKFLOWS.stopVirtualMachine, vm, input, { staticSummary }));
  }

  async ping(): Promise<void> {
    const { workflowService } = this.#connection;
    await this.#calls.make(() => workflowService.describeNamespace({ namespace: this.#namespace }));
  }

  async close(): Promise<void> {
    // A call that the SDK wants to try again on a closed connection would be an exception that nobody can catch.
    await this.#calls.over();
    await this.#connection.close();
  }

  /** The VM's lock is the workflow's id: one start, stop or move at a time. */
  async #start(
    workflow: string,
    vm: VmId,
    input: object,
    options: object,
  ): Promise<WorkflowHandleWithFirstExecutionRunId> {
    const start = () =>
      this.#client.workflow.start(workflow, {
        ...options,
        taskQueue: CONTROL_PLANE_QUEUE,
        workflowId: virtualMachineLock(vm),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        args: [input],
      });
    try {
      return await this.#calls.make(start);
    } catch (error) {
      const held = error instanceof FerryError && error.code === 'VM_ALREADY_MOVING';
      if (!held || !(await this.#lockIsLetGo(vm))) throw error;
      return this.#calls.make(start);
    }
  }

  /** Whether a migration that has told its end lets go of the lock: its workflow closes a moment later. */
  async #lockIsLetGo(vm: VmId): Promise<boolean> {
    const holder = this.#client.workflow.getHandle(virtualMachineLock(vm));
    try {
      const { state } = await this.#calls.make(() => holder.query<MigrationSnapshot>(STATE_QUERY));
      if (!isTerminal(state.state)) return false;
      await this.#calls.make(() => holder.result());
      return true;
    } catch {
      // No migration, or nobody there to answer: then it is held, as far as anyone can tell.
      return false;
    }
  }

  /** What holds the VM's lock at present. */
  async #running(vm: VmId): Promise<{ runId: string; migration: MigrationId | null } | null> {
    try {
      const found = await this.#calls.make(() => this.#client.workflow.getHandle(virtualMachineLock(vm)).describe());
      const migration = found.typedSearchAttributes.get(MIGRATION_KEY) ?? null;
      return found.status.name === 'RUNNING' ? { runId: found.runId, migration } : null;
    } catch (error) {
      if (error instanceof FerryError && error.cause instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /** The queue's workflow, which must be running: one that was terminated would answer as if it were. */
  async #queue(): Promise<WorkflowHandle> {
    const queue = this.#client.workflow.getHandle(MIGRATION_QUEUE_ID);
    const { status } = await this.#calls
      .make(() => queue.describe())
      .catch((error: unknown) => {
        if (error instanceof FerryError && error.cause instanceof WorkflowNotFoundError) return { status: null };
        throw error;
      });
    if (status?.name !== 'RUNNING') throw new FerryError('QUEUE_UNAVAILABLE', 'Temporal runs no queue of migrations.');
    return queue;
  }

  /** The migration's workflow, which must be running. */
  async #find(migration: MigrationId, vm: VmId | null): Promise<WorkflowHandle> {
    if (vm === null) return this.#search(migration);
    const running = await this.#running(vm);
    if (running?.migration !== migration) throw ended();
    return this.#client.workflow.getHandle(virtualMachineLock(vm), running.runId);
  }

  async #search(migration: MigrationId): Promise<WorkflowHandle> {
    const listed = this.#client.workflow.list({ query: migrationQuery(migration), pageSize: 1 });
    const { value: found } = await this.#calls.make(
      () => listed[Symbol.asyncIterator]().next() as Promise<{ value?: WorkflowExecutionInfo }>,
    );
    if (found === undefined) throw new FerryError('MIGRATION_UNKNOWN', `There is no migration ${migration}.`);
    if (found.status.name !== 'RUNNING') throw ended();
    return this.#client.workflow.getHandle(found.workflowId, found.runId);
  }

  /** Accepted within a call’s time, or the engine is away; the answer may take as long as the deed. */
  async #update<Answer>(workflow: WorkflowHandle, name: string, request: Request): Promise<Answer> {
    try {
      const waitForStage = WorkflowUpdateStage.ACCEPTED;
      const update = await this.#calls.make(() =>
        workflow.startUpdate<Answer, [Request]>(name, { args: [request], waitForStage }),
      );
      return await this.#calls.make(() => update.result(), RESULT_MS);
    } catch (error) {
      if (error instanceof FerryError && error.cause instanceof WorkflowNotFoundError) throw ended();
      throw error;
    }
  }

  async #result(workflow: WorkflowHandle): Promise<PlacedVirtualMachine> {
    return this.#calls.make(async () => (await workflow.result()) as PlacedVirtualMachine, RESULT_MS);
  }
}

function ended(): FerryError {
  return new FerryError('MIGRATION_ENDED', 'The migration is not under way any more.');
}
