import { PHASE_TITLE, type Instant, type MigrationPlan, type TransferStatistics } from '@ferry/domain';
import { destinationTransferOf, sourceTransferOf } from '../hosts.ts';
import type { MigrationRun } from './migration-run.ts';
import { runArmedPhase } from './run-phase.ts';

/** What the pivot's phases have found out. */
export interface Passed {
  generation: number;
  stoppedAt: Instant;
  statistics: TransferStatistics;
}

/**
 * The phases of the blackout. Both agents run them by themselves from the moment in which they were armed, each waiting
 * for a fact on its own host, so that nothing in the blackout waits for this workflow: it hears what they did. If the
 * control plane dies, it hears it later.
 */
export class Handover {
  readonly #run: MigrationRun;
  readonly #plan: MigrationPlan;
  readonly #armed;

  constructor(run: MigrationRun, plan: MigrationPlan) {
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
    return sourceTransferOf(this.#run.plan.source, PHASE_TITLE['transfer-state']).transferState(this.#run.plan, {});
  }

  #transferStorage() {
    return destinationTransferOf(this.#run.plan.destination, PHASE_TITLE['transfer-storage']).transferStorage(
      this.#run.plan,
      {},
    );
  }

  #bringOnline() {
    return destinationTransferOf(this.#run.plan.destination, PHASE_TITLE['bring-online']).bringOnline(
      this.#run.plan,
      {},
    );
  }

  #redirectNetwork() {
    return destinationTransferOf(this.#run.plan.destination, PHASE_TITLE['redirect-network']).redirectNetwork(
      this.#run.plan,
      {},
    );
  }

  #retireSource() {
    return sourceTransferOf(this.#run.plan.source, PHASE_TITLE['retire-source']).retireSource(this.#run.plan, {});
  }
}
