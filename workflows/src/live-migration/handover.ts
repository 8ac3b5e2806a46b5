import { ARMED_PHASES, PHASE_TITLE, type Instant, type MigrationPlan, type TransferStatistics } from '@ferry/domain';
import { controlOf, destinationTransferOf, sourceTransferOf } from '../hosts.ts';
import type { MigrationRun } from './migration-run.ts';
import { runArmedPhase } from './run-phase.ts';

/** What the pivot's phases have found out. */
export interface Passed {
  generation: number;
  stoppedAt: Instant;
  statistics: TransferStatistics;
}

/**
 * The phases of the blackout. They run on both agents before the guest stops, each waiting for a fact on its own host,
 * so that nothing in the blackout waits for this workflow: if the control plane dies, the agents finish by themselves.
 */
export class Handover {
  readonly #run: MigrationRun;
  readonly #plan: MigrationPlan;
  readonly #armed;

  private constructor(run: MigrationRun, plan: MigrationPlan) {
    this.#run = run;
    this.#plan = plan;
    this.#armed = {
      transferState: this.#transferState(),
      transferStorage: this.#transferStorage(),
      bringOnline: this.#bringOnline(),
      redirectNetwork: this.#redirectNetwork(),
      retireSource: this.#retireSource(),
    };
    // Each is looked at in its turn; until then, and if its turn never comes, its failure is nobody's business.
    for (const phase of Object.values(this.#armed)) phase.catch(() => undefined);
  }

  /** Starts the armed phases, and resolves when both agents have confirmed that they run. */
  static async arm(run: MigrationRun): Promise<Handover> {
    const plan = run.arm();
    const handover = new Handover(run, plan);
    await Promise.all([
      controlOf(plan.source, 'Waiting until all is armed').confirmArmed(plan, { side: 'source' }),
      controlOf(plan.destination, 'Waiting until all is armed').confirmArmed(plan, { side: 'destination' }),
    ]);
    run.history.add({ type: 'armed', phases: [...ARMED_PHASES.source, ...ARMED_PHASES.destination] });
    run.history.hurry();
    return handover;
  }

  /** Resolves at the pivot: the storage handle has passed to the destination. */
  async pivot(memoryTransferred: Promise<unknown>): Promise<Passed> {
    const { transferState, transferStorage } = this.#armed;
    const state = runArmedPhase(
      this.#run,
      this.#plan,
      'transfer-state',
      transferState,
      () => this.#transferState(),
      memoryTransferred,
    );
    const storage = runArmedPhase(
      this.#run,
      this.#plan,
      'transfer-storage',
      transferStorage,
      () => this.#transferStorage(),
      state,
    );
    const [{ stoppedAt, statistics }, { generation }] = await Promise.all([state, storage]);
    return { generation, stoppedAt, statistics };
  }

  /** What is left after the pivot: there is no way but forward. */
  async finish(): Promise<{ runningAt: Instant }> {
    const { bringOnline, redirectNetwork, retireSource } = this.#armed;
    const pivot = Promise.resolve();
    const online = runArmedPhase(this.#run, this.#plan, 'bring-online', bringOnline, () => this.#bringOnline(), pivot);
    const network = runArmedPhase(
      this.#run,
      this.#plan,
      'redirect-network',
      redirectNetwork,
      () => this.#redirectNetwork(),
      online,
    );
    const retired = runArmedPhase(
      this.#run,
      this.#plan,
      'retire-source',
      retireSource,
      () => this.#retireSource(),
      network,
    );
    const [{ runningAt }] = await Promise.all([online, network, retired]);
    return { runningAt };
  }

  #transferState() {
    return sourceTransferOf(this.#plan.source, PHASE_TITLE['transfer-state']).transferState(this.#plan, {});
  }

  #transferStorage() {
    return destinationTransferOf(this.#plan.destination, PHASE_TITLE['transfer-storage']).transferStorage(
      this.#plan,
      {},
    );
  }

  #bringOnline() {
    return destinationTransferOf(this.#plan.destination, PHASE_TITLE['bring-online']).bringOnline(this.#plan, {});
  }

  #redirectNetwork() {
    return destinationTransferOf(this.#plan.destination, PHASE_TITLE['redirect-network']).redirectNetwork(
      this.#plan,
      {},
    );
  }

  #retireSource() {
    return sourceTransferOf(this.#plan.source, PHASE_TITLE['retire-source']).retireSource(this.#plan, {});
  }
}
