import { DECIDE_UPDATE, type DecideAnswer, type DecideRequest } from '@ferry/contracts';
import { confirmationOf, refusalToDecide, type HostId, type MigrationPlan, type Testimony } from '@ferry/domain';
import { condition } from '@temporalio/workflow';
import { failureOf, refusal } from '../failure.ts';
import { controlOf } from '../hosts.ts';
import { onUpdate } from '../on-update.ts';
import { hearBothHosts } from './hear-both-hosts.ts';

export interface Decision extends DecideAnswer {
  actor: string;
  reason: string;
}

/** What has to be known of the migration. */
interface Decidable {
  readonly plan: MigrationPlan;
  readonly pivotPassed: boolean;
  /** Whether it waits for a person. */
  readonly isParked: boolean;
  demandUnderWay(): void;
}

/** The verb `decide`: a person says whose the guest is, where no host can tell. */
export class Deciding {
  readonly #run: Decidable;
  #decision: Decision | null = null;
  #busy = false;

  constructor(run: Decidable) {
    this.#run = run;
  }

  /** What came before the first step is heard at once, so the run has to be whole. */
  listen(): void {
    onUpdate<DecideRequest, DecideAnswer>(
      DECIDE_UPDATE,
      (asked) => this.#decideInTurn(asked),
      (asked) => this.#validate(asked),
    );
  }

  /** Resolves when a person has decided, and the host has done it. */
  async made(): Promise<Decision> {
    await condition(() => this.#decision !== null);
    return this.#decision as unknown as Decision;
  }

  /** Two people who decide at once must not both be obeyed: the second hears what the first has led to. */
  async #decideInTurn(asked: DecideRequest): Promise<DecideAnswer> {
    while (this.#busy) await condition(() => !this.#busy);
    this.#busy = true;
    try {
      this.#validate(asked);
      return await this.#decide(asked);
    } finally {
      this.#busy = false;
    }
  }

  async #decide(asked: DecideRequest): Promise<DecideAnswer> {
    const { actor, reason, owner } = asked;
    const { plan } = this.#run;
    const testimonies = await hearBothHosts(plan);
    const refused = refusalToDecide(plan, owner, testimonies);
    if (refused) throw refusal(refused.code, refused.detail);
    // Things may have changed while the hosts were asked.
    this.#validate(asked);
    try {
      const assignment = await controlOf(owner, 'Doing what a person has decided').assign(plan, {
        by: actor,
        reason,
        heard: generationHeard(testimonies, owner),
      });
      this.#decision = { owner, ...assignment, actor, reason };
      return { owner, ...assignment };
    } catch (error) {
      const { code, detail } = failureOf(error);
      throw refusal(code, detail);
    }
  }

  #validate({ actor, reason, owner, confirmation }: DecideRequest): void {
    for (const [field, value] of Object.entries({ actor, reason, owner }))
      if (typeof value !== 'string' || value === '') throw refusal('VALIDATION_FAILED', `${field}: must be given.`);
    this.#run.demandUnderWay();
    if (this.#decision !== null)
      throw refusal('NOTHING_TO_DECIDE', `${this.#decision.actor} has decided: it is ${this.#decision.owner}’s.`);
    const { vm, destination } = this.#run.plan;
    if (confirmation !== confirmationOf(vm, owner))
      throw refusal('DECISION_NOT_CONFIRMED', `confirmation: must be “${confirmationOf(vm, owner)}”.`);
    if (this.#run.pivotPassed) throw refusal('NOTHING_TO_DECIDE', `${destination} has taken the guest over.`);
    if (!this.#run.isParked) throw refusal('NOTHING_TO_DECIDE', 'The migration does not wait for a person.');
  }
}

/** Up to which record that host had read; 0 where there was none, null where it could not tell. */
function generationHeard(testimonies: readonly Testimony[], host: HostId): number | null {
  const told = testimonies.find((each) => each.host === host);
  if (told === undefined || !('evidence' in told) || told.evidence.record === 'unreachable') return null;
  return told.evidence.record?.generation ?? 0;
}
