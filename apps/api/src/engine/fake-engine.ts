import { setTimeout as pause } from 'node:timers/promises';
import type {
  CancelAnswer,
  ForceRequest,
  DecideAnswer,
  LimitsRequest,
  LiveMigrationInput,
  MigrationSnapshot,
  PreflightInput,
  PreflightReport,
  QueueSnapshot,
  ResumeAnswer,
  StartVirtualMachineInput,
  SteerAnswer,
  StopVirtualMachineInput,
  TuneRequest,
} from '@ferry/contracts';
import {
  DEFAULT_LIMITS,
  FerryError,
  type Finding,
  type HostId,
  outlookOf,
  type Hold,
  type MigrationId,
  type MigrationLimits,
  type Request,
  type VmId,
} from '@ferry/domain';
import { Engine, type PlacedVirtualMachine } from './engine.ts';

/** An engine in memory: migrations stay under way until they are cancelled, VMs start and stop at once unless it is told otherwise. */
export class FakeEngine extends Engine {
  readonly moving = new Map<VmId, LiveMigrationInput>();
  /** Those that wait for their turn. */
  readonly waiting: QueueSnapshot['waiting'] = [];
  /** What preflight finds on a host. */
  readonly findings = new Map<HostId, Finding[]>();
  readonly preflights: PreflightInput[] = [];
  readonly limitsAsked: LimitsRequest[] = [];
  /** Everything fails with `ENGINE_UNAVAILABLE`. */
  away = false;
  /** How long a VM takes to start. */
  startMs = 0;
  #generation = 0;
  readonly #holds = new Map<MigrationId, Hold>();
  #limits = DEFAULT_LIMITS;

  startMigration(input: LiveMigrationInput): Promise<void> {
    return this.#reached(() => {
      const moving = this.moving.get(input.vm);
      if (moving !== undefined && moving.migration !== input.migration) {
        throw new FerryError('VM_ALREADY_MOVING', 'The VM is being moved.');
      }
      this.moving.set(input.vm, input);
    });
  }

  preflight(input: PreflightInput): Promise<PreflightReport[]> {
    this.preflights.push(input);
    const on = (host: HostId) => ({ host, findings: this.findings.get(host) ?? [] });
    return this.#reached(() =>
      input.machines.map(({ vm, source }) => ({
        ...{ vm, source: on(source) },
        destinations: input.destinations.filter((host) => host !== source).map(on),
      })),
    );
  }

  isMoving(vm: VmId): Promise<boolean> {
    return this.#reached(() => this.moving.has(vm));
  }

  cancel(migration: MigrationId): Promise<CancelAnswer> {
    return this.#reached(() => {
      const { vm, source } = this.#find(migration);
      this.moving.delete(vm);
      return { outcome: 'kept', owner: source, explanation: 'The guest runs on at the source.' };
    });
  }

  resume(migration: MigrationId): Promise<ResumeAnswer> {
    return this.#reached(() => {
      this.#find(migration);
      throw new FerryError('NOT_PARKED', 'The migration is running.');
    });
  }

  hold(migration: MigrationId, _: VmId | null, { actor, reason }: Request): Promise<SteerAnswer> {
    return this.#reached(() => {
      const { policy } = this.#find(migration);
      if (this.#holds.has(migration)) throw new FerryError('ALREADY_HELD', 'The migration is held.');
      const hold = { by: actor, reason, since: new Date().toISOString() };
      this.#holds.set(migration, hold);
      return { hold, policy };
    });
  }

  release(migration: MigrationId): Promise<SteerAnswer> {
    return this.#reached(() => {
      const { policy } = this.#find(migration);
      if (!this.#holds.delete(migration)) throw new FerryError('NOT_HELD', 'The migration is not held.');
      return { hold: null, policy };
    });
  }

  force(migration: MigrationId, vm: VmId | null, { downtimeMs, ...request }: ForceRequest): Promise<SteerAnswer> {
    this.#holds.delete(migration);
    return this.tune(migration, vm, { ...request, policy: { downtimeLimitMs: downtimeMs } });
  }

  tune(migration: MigrationId, _: VmId | null, { policy: change }: TuneRequest): Promise<SteerAnswer> {
    return this.#reached(() => {
      const input = this.#find(migration);
      const policy = { ...input.policy, ...change };
      this.moving.set(input.vm, { ...input, policy });
      return { hold: this.#holds.get(migration) ?? null, policy };
    });
  }

  queue(): Promise<QueueSnapshot> {
    return this.#reached(() => {
      const isWaiting = (id: MigrationId) => this.waiting.some(({ migration }) => migration === id);
      const inFlight = [...this.moving.values()].filter(({ migration }) => !isWaiting(migration));
      const admitted = inFlight.map((each) => ({ ...each, admittedAt: each.requestedAt }));
      return { limits: this.#limits, inFlight: admitted, waiting: this.waiting };
    });
  }

  setLimits(request: LimitsRequest): Promise<MigrationLimits> {
    return this.#reached(() => {
      this.limitsAsked.push(request);
      this.#limits = { ...this.#limits, ...request.limits };
      return this.#limits;
    });
  }

  decide(migration: MigrationId): Promise<DecideAnswer> {
    return this.#reached(() => {
      this.#find(migration);
      throw new FerryError('NOTHING_TO_DECIDE', 'The migration does not wait for a person.');
    });
  }

  snapshot(migration: MigrationId): Promise<MigrationSnapshot> {
    return this.#reached(() => {
      const plan = { ...this.#find(migration), gate: 'open', revision: 1, epoch: 1 } as const;
      const hold = this.#holds.get(migration) ?? null;
      const state = { state: 'running', phase: 'preflight' } as const;
      const begun = { touched: false, handingOver: false, pivotPassed: false, cleaning: false };
      const facts = { plan, state, since: plan.requestedAt, ...begun };
      return { plan, state, hold, pivotPassed: false, outlook: outlookOf(facts), testimonies: [] };
    });
  }

  startVirtualMachine({ definition, host }: StartVirtualMachineInput): Promise<PlacedVirtualMachine> {
    const started = () => ({ vm: definition.id, host, generation: ++this.#generation });
    return this.startMs === 0 ? this.#reached(started) : pause(this.startMs).then(() => this.#reached(started));
  }

  stopVirtualMachine({ vm, host }: StopVirtualMachineInput): Promise<PlacedVirtualMachine> {
    return this.#reached(() => ({ vm, host, generation: ++this.#generation }));
  }

  ping(): Promise<void> {
    return this.#reached(() => undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #find(migration: MigrationId): LiveMigrationInput {
    const found = [...this.moving.values()].find((each) => each.migration === migration);
    if (found === undefined) throw new FerryError('MIGRATION_ENDED', 'The migration is not under way any more.');
    return found;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what fails must reject, as the real one does
  async #reached<T>(work: () => T): Promise<T> {
    if (this.away) throw new FerryError('ENGINE_UNAVAILABLE', 'Temporal does not answer.');
    return work();
  }
}
