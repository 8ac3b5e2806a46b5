import {
  CONTROL_PLANE_QUEUE,
  hostQueue,
  virtualMachineLock,
  WORKFLOWS,
  type ControlPlaneActivities,
  type DestinationTransferActivities,
  type HostControlActivities,
  type LiveMigrationInput,
  type SourceTransferActivities,
} from '@ferry/contracts';
import { DEFAULT_POLICY, type MigrationEvent, type MigrationState, type PhaseReport } from '@ferry/domain';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { recordHistory } from '../../replay/record-history.ts';

export type HostActivities = SourceTransferActivities & DestinationTransferActivities & HostControlActivities;

/** A phase that goes on until somebody ends it. */
export function endless(): Promise<never> {
  return Context.current().cancelled;
}

/** What an agent's phases answer when all goes well. Each is at once a record of having been asked. */
function agreeing(): HostActivities {
  const result = <T>(value: T): Promise<PhaseReport<T>> => {
    const now = new Date().toISOString();
    return Promise.resolve({
      host: 'host',
      attempts: Context.current().info.attempt,
      startedAt: now,
      finishedAt: now,
      result: value,
    });
  };
  const configuration = {
    definition: { id: 'web-1' },
    machineType: 'pc-q35-7.2',
    cpuVendor: 'AuthenticAMD',
    memoryBytes: 1,
  } as never;
  const now = '2026-01-31T12:00:00.000Z';
  const statistics = { downtimeMs: 30, totalMs: 300, setupMs: 1, transferredBytes: 1_000, rounds: 2 };
  return {
    inspectSource: () =>
      result({
        findings: [],
        configuration,
        host: { host: 'a', hypervisor: { type: 'qemu', version: '7.2' }, cpuVendor: 'x' },
      }),
    inspectDestination: () => result({ findings: [] }),
    transferConfiguration: () => result({ configuration }),
    createDestination: () => result({ uri: 'tcp:127.0.0.1:1' }),
    transferMemory: () => result({ rounds: 2, transferredBytes: 1_000 }),
    transferState: () => result({ generation: 2, stoppedAt: now, releasedAt: now, statistics }),
    transferStorage: () => result({ generation: 3, startedAt: now }),
    bringOnline: () => result({ runningAt: now }),
    redirectNetwork: () => result({ ports: ['tap0'] }),
    retireSource: () => result({ retired: true }),
    withdraw: (plan) =>
      Promise.resolve({ outcome: 'kept', owner: plan.source, generation: 1, explanation: 'The guest runs on here.' }),
    discardDestination: () => Promise.resolve({ discarded: true, explanation: 'Destroyed.' }),
    gatherEvidence: (plan) =>
      Promise.resolve({
        ...{
          host: plan.source,
          at: now,
          record: { kind: 'held' as const, host: plan.source } as never,
          copy: 'running',
        },
        ...{ ruling: { decision: 'keep', reason: 'the guest is here' }, progress: null, lastWords: '', journal: [] },
      }),
    assign: () => Promise.resolve({ runs: true, generation: 5 }),
    startVirtualMachine: ({ definition }) => Promise.resolve({ vm: definition.id, host: 'host', generation: 1 }),
    stopVirtualMachine: ({ vm }) => Promise.resolve({ vm, host: 'host', generation: 2 }),
  };
}

/** Two hosts that agree to everything but what a test overrides, on a Temporal server of their own. */
export class StandInHosts {
  /** The deeds asked for, in their order. */
  readonly deeds: string[] = [];
  /** What has been written to history. */
  readonly events: MigrationEvent[] = [];
  readonly #environment: TestWorkflowEnvironment;
  readonly #workers: Worker[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #migrations: WorkflowHandle[] = [];

  private constructor(environment: TestWorkflowEnvironment) {
    this.#environment = environment;
  }

  static async start(overrides: Partial<HostActivities & ControlPlaneActivities> = {}): Promise<StandInHosts> {
    const environment = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: inject('temporalBinary') },
        log: { level: 'error', format: 'pretty' },
        searchAttributes: [],
        extraArgs: ['FerryVm', 'FerryMigration', 'FerrySource', 'FerryDestination', 'FerryState'].flatMap((name) => [
          '--search-attribute',
          `${name}=Keyword`,
        ]),
      },
    });
    const hosts = new StandInHosts(environment);
    await hosts.#work({ ...agreeing(), ...overrides }, overrides.recordEvents);
    return hosts;
  }

  /** Starts the migration of a VM from host-a to host-b. */
  async migrate(): Promise<WorkflowHandle<(input: LiveMigrationInput) => Promise<MigrationState>>> {
    const input: LiveMigrationInput = {
      migration: randomUUID(),
      vm: 'web-1',
      source: 'host-a',
      destination: 'host-b',
      policy: DEFAULT_POLICY,
      request: { actor: 'ada', reason: null },
      requestedAt: new Date().toISOString(),
    };
    const migration = await this.#environment.client.workflow.start(WORKFLOWS.liveMigration, {
      args: [input],
      taskQueue: CONTROL_PLANE_QUEUE,
      workflowId: virtualMachineLock(input.vm),
    });
    this.#migrations.push(migration);
    return migration;
  }

  /** The types of all events so far, phases with their name. */
  get told(): string[] {
    return this.events.map((event) => ('phase' in event ? `${event.type} ${event.phase}` : event.type));
  }

  async stop(): Promise<void> {
    if (process.env['FERRY_RECORD_HISTORIES'] !== undefined)
      for (const migration of this.#migrations) await recordHistory(this.#environment.address, migration.workflowId);
    for (const worker of this.#workers) worker.shutdown();
    await Promise.all(this.#running);
    await this.#environment.teardown();
  }

  async #work(
    activities: HostActivities,
    recordEvents: ControlPlaneActivities['recordEvents'] | undefined,
  ): Promise<void> {
    const watched = Object.fromEntries(
      Object.entries(activities).map(([name, deed]) => [
        name,
        (...input: never[]) => {
          this.deeds.push(name);
          return (deed as (...input: never[]) => Promise<unknown>)(...input);
        },
      ]),
    );
    const store = async (events: MigrationEvent[]) => {
      await recordEvents?.(events);
      this.events.push(...events);
    };
    const { nativeConnection: connection } = this.#environment;
    const controlPlane = {
      workflowBundle: { codePath: inject('workflowBundle') },
      activities: { recordEvents: store },
    };
    const queues = ['host-a', 'host-b'].flatMap((host) => [hostQueue(host, 'control'), hostQueue(host, 'transfer')]);
    this.#workers.push(await Worker.create({ connection, taskQueue: CONTROL_PLANE_QUEUE, ...controlPlane }));
    for (const taskQueue of queues)
      this.#workers.push(await Worker.create({ connection, taskQueue, activities: watched, shutdownForceTime: '1s' }));
    for (const worker of this.#workers) this.#running.push(worker.run());
  }
}
