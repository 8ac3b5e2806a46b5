import {
  CONTROL_PLANE_QUEUE,
  hostQueue,
  MIGRATION_QUEUE_ID,
  SEARCH_ATTRIBUTES,
  virtualMachineLock,
  WORKFLOWS,
  type ControlPlaneActivities,
  type DestinationTransferActivities,
  type HostControlActivities,
  type HostFacts,
  type LimitsChange,
  type LiveMigrationInput,
  type ProbeTarget,
  type SourceTransferActivities,
} from '@ferry/contracts';
import {
  DEFAULT_POLICY,
  DEFAULT_PRIORITY,
  type MigrationEvent,
  type MigrationState,
  type PhaseReport,
  type RehearsalFigures,
  type VmId,
} from '@ferry/domain';
import { FakeMigrationStore } from '@ferry/persistence';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createFindEnded } from '../../../apps/worker/src/activities/find-ended.ts';
import { createStartMigrationQueue } from '../../../apps/worker/src/activities/start-migration-queue.ts';
import { recordHistory } from '../../replay/record-history.ts';

export type HostActivities = SourceTransferActivities & DestinationTransferActivities & HostControlActivities;

/** A phase that goes on until somebody ends it. */
export function endless(): Promise<never> {
  return Context.current().cancelled;
}

/** What a source says of itself. */
export const SOURCE_FACTS: HostFacts = {
  ...{
    host: 'host-a',
    cluster: 'east',
    hypervisor: { type: 'qemu', version: '7.2' },
    cpuVendor: 'AuthenticAMD',
    protocol: 1,
  },
  ...{ at: '2026-01-31T12:00:00.000Z', mtus: {}, mark: null, record: null },
};

/** Where a destination says that it listens. */
export const PROBE_TARGET: ProbeTarget = { host: 'host-b', address: '127.0.0.1', port: 1, question: 'a', answer: 'b' };

/** What a rehearsal finds out. */
export const REHEARSED: RehearsalFigures = {
  ...{ copiedMs: 200, transferredBytes: 1_000, rounds: 2, bytesPerSecond: 5_000, dirtyBytesPerSecond: 10 },
  forecast: { totalMs: 201, rounds: 1, downtimeMs: 1 },
};

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
        host: SOURCE_FACTS,
      }),
    inspectDestination: () => result({ findings: [] }),
    listenForProbes: () => Promise.resolve({ target: PROBE_TARGET }),
    probe: ({ targets }) => Promise.resolve(targets.map(() => [])),
    firstVisit: ({ vms }) =>
      Promise.resolve({
        inspections: vms.map(() => ({ findings: [], configuration, host: SOURCE_FACTS })),
        listened: { target: PROBE_TARGET },
      }),
    secondVisit: ({ arrivals, targets }) =>
      Promise.resolve({ arrivals: arrivals.map(() => []), targets: targets.map(() => []) }),
    transferConfiguration: () => result({ configuration, hardware: {} as never, streamKey: 'a' }),
    createDestination: () => result({ uri: 'tcp:127.0.0.1:1', streamKey: 'b' }),
    transferMemory: () => result({ rounds: 2, transferredBytes: 1_000 }),
    rehearseMemory: () => result(REHEARSED),
    transferState: () => result({ generation: 2, stoppedAt: now, releasedAt: now, statistics }),
    transferStorage: () => result({ generation: 3, startedAt: now }),
    bringOnline: () => result({ runningAt: now, paused: false }),
    redirectNetwork: () => result({ ports: ['tap0'] }),
    retireSource: () => result({ retired: true }),
    withdraw: (plan) =>
      Promise.resolve({ outcome: 'kept', owner: plan.source, generation: 1, explanation: 'The guest runs on here.' }),
    forgetStreamKey: () => Promise.resolve(),
    steer: () => Promise.resolve(),
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
    assign: () => Promise.resolve({ runs: true, generation: 5, cutOff: ['disk0'] }),
    startVirtualMachine: ({ definition }) => Promise.resolve({ vm: definition.id, host: 'host', generation: 1 }),
    stopVirtualMachine: ({ vm }) => Promise.resolve({ vm, host: 'host', generation: 2 }),
  };
}

/** Two hosts that agree to everything but what a test overrides, on a Temporal server of their own. */
export class StandInHosts {
  /** What has been written to history. */
  readonly events: MigrationEvent[] = [];
  /** What is shown of the migrations by that. */
  readonly records = new FakeMigrationStore();
  readonly limitsChanges: LimitsChange[] = [];
  readonly #asked: { deed: string; workflowId: string | undefined }[] = [];
  readonly #environment: TestWorkflowEnvironment;
  readonly #recordEvents: ControlPlaneActivities['recordEvents'];
  readonly #hosts: RunningWorker[] = [];
  #controlPlane: RunningWorker | null = null;
  readonly #migrations: WorkflowHandle[] = [];

  private constructor(
    environment: TestWorkflowEnvironment,
    recordEvents: ControlPlaneActivities['recordEvents'] = () => Promise.resolve(),
  ) {
    this.#environment = environment;
    this.#recordEvents = recordEvents;
  }

  static async start(overrides: Partial<HostActivities & ControlPlaneActivities> = {}): Promise<StandInHosts> {
    const environment = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: inject('temporalBinary') },
        log: { level: 'error', format: 'pretty' },
        searchAttributes: [],
        extraArgs: [
          ...Object.values(SEARCH_ATTRIBUTES).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
          // So that the queue goes on in a new run every now and then.
          ...['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=100'],
        ],
      },
    });
    const hosts = new StandInHosts(environment, overrides.recordEvents);
    await hosts.#startHosts({ ...agreeing(), ...overrides });
    await hosts.startWorker();
    return hosts;
  }

  get client(): Client {
    return this.#environment.client;
  }

  /** Starts the migration of a VM, of web-1 from host-a to host-b unless told otherwise. */
  async migrate(asked: Partial<LiveMigrationInput> = {}): Promise<RunningMigration> {
    const input: LiveMigrationInput = {
      migration: randomUUID(),
      vm: 'web-1',
      source: 'host-a',
      destination: 'host-b',
      policy: DEFAULT_POLICY,
      priority: DEFAULT_PRIORITY,
      request: { actor: 'ada', reason: null },
      requestedAt: new Date().toISOString(),
      ...asked,
    };
    const migration = await this.client.workflow.start(WORKFLOWS.liveMigration, {
      args: [input],
      taskQueue: CONTROL_PLANE_QUEUE,
      workflowId: virtualMachineLock(input.vm),
    });
    this.#migrations.push(migration);
    return migration;
  }

  /** The deeds asked for, in their order. */
  get deeds(): string[] {
    return this.#asked.map(({ deed }) => deed);
  }

  /** Those that a VM's migration has asked for. */
  deedsFor(vm: VmId): string[] {
    return this.#asked.flatMap(({ deed, workflowId }) => (workflowId === virtualMachineLock(vm) ? deed : []));
  }

  /** The types of all events so far, phases with their name. */
  get told(): string[] {
    return this.events.map((event) => ('phase' in event ? `${event.type} ${event.phase}` : event.type));
  }

  /** Starts the worker, as the app does: the queue is there before the first migration. */
  async startWorker(): Promise<void> {
    const startMigrationQueue = createStartMigrationQueue(this.client);
    const activities: ControlPlaneActivities = {
      recordEvents: async (events) => {
        await this.#recordEvents(events);
        this.events.push(...events);
        await this.records.recordEvents(events);
      },
      recordLimitsChange: (change) => Promise.resolve(void this.limitsChanges.push(change)),
      startMigrationQueue,
      findEnded: createFindEnded(this.client, this.records),
    };
    await startMigrationQueue();
    const workflowBundle = { codePath: inject('workflowBundle') };
    this.#controlPlane = await this.#run({ taskQueue: CONTROL_PLANE_QUEUE, workflowBundle, activities });
  }

  async stopWorker(): Promise<void> {
    await this.#controlPlane?.end();
  }

  async stop(): Promise<void> {
    if (process.env['FERRY_RECORD_HISTORIES'] !== undefined) {
      for (const migration of this.#migrations) await recordHistory(this.#environment.address, migration.workflowId);
      if (this.#migrations.length > 1) await recordHistory(this.#environment.address, MIGRATION_QUEUE_ID);
    }
    await Promise.all([this.stopWorker(), ...this.#hosts.map((worker) => worker.end())]);
    await this.#environment.teardown();
  }

  async #startHosts(activities: HostActivities): Promise<void> {
    const watched = Object.fromEntries(
      Object.entries(activities).map(([name, deed]) => [
        name,
        (...input: never[]) => {
          this.#asked.push({ deed: name, workflowId: Context.current().info.workflowExecution?.workflowId });
          return (deed as (...input: never[]) => Promise<unknown>)(...input);
        },
      ]),
    );
    const queues = ['host-a', 'host-b'].flatMap((host) => [hostQueue(host, 'control'), hostQueue(host, 'transfer')]);
    for (const taskQueue of queues)
      this.#hosts.push(await this.#run({ taskQueue, activities: watched, shutdownForceTime: '1s' }));
  }

  async #run(options: Omit<WorkerOptions, 'connection'>): Promise<RunningWorker> {
    const worker = await Worker.create({ connection: this.#environment.nativeConnection, ...options });
    const running = worker.run();
    return {
      end: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await running;
      },
    };
  }
}

interface RunningWorker {
  end: () => Promise<void>;
}

export type RunningMigration = WorkflowHandle<(input: LiveMigrationInput) => Promise<MigrationState>>;
