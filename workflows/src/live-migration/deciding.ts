import { DECIDE_UPDATE, type DecideAnswer, type DecideRequest } from '@ferry/contracts';
import { confirmationOf, refusalToDecide, type MigrationPlan } from '@ferry/domain';
import { condition, defineUpdate, setHandler } from '@temporalio/workflow';
import { failureOf, refusal } from '../failure.ts';
import { controlOf } from '../hosts.ts';
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

  constructor(run: Decidable) {
    this.#run = run;
  }

  /** What came before the first step is heard at once, so the run has to be whole. */
  listen(): void {
    setHandler(defineUpdate<DecideAnswer, [DecideRequest]>(DECIDE_UPDATE), (asked) => this.#decide(asked), {
      validator: (asked: DecideRequest) => this.#validate(asked),
    });
  }

  /** Resolves when a person has decided, and the host has done it. */
  async made(): Promise<Decision> {
    await condition(() => this.#decision !== null);
    return this.#decision as unknown as Decision;
  }

  async #decide(asked: DecideRequest): Promise<DecideAnswer> {
    const { actor, reason, owner } = asked;
    const { plan } = this.#run;
    const refused = refusalToDecide(plan, owner, await hearBothHosts(plan));
    if (refused) throw refusal(refused.code, refused.detail);
    // Things may have changed while the hosts were asked.
    this.#validate(asked);
    try {
      const assignment = await controlOf(owner, 'Doing what a person has decided').assign(plan, {
        by: actor,
        reason,
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
    const { vm, destination } = this.#run.plan;
    if (confirmation !== confirmationOf(vm, owner))
      throw refusal('DECISION_NOT_CONFIRMED', `confirmation: must be “${confirmationOf(vm, owner)}”.`);
    if (this.#run.pivotPassed) throw refusal('NOTHING_TO_DECIDE', `${destination} has taken the guest over.`);
    if (!this.#run.isParked) throw refusal('NOTHING_TO_DECIDE', 'The migration does not wait for a person.');
  }
}
