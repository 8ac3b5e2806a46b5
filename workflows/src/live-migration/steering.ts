import {
  FORCE_UPDATE,
  HOLD_UPDATE,
  RELEASE_UPDATE,
  TUNE_UPDATE,
  type ForceRequest,
  type SteerAnswer,
  type TuneRequest,
} from '@ferry/contracts';
import {
  isRefusalOfSteering,
  policyMistakes,
  TUNABLE_LIMITS,
  type Hold,
  type MigrationEventBody,
  type MigrationPlan,
  type Request,
} from '@ferry/domain';
import { condition, sleep } from '@temporalio/workflow';
import { failureOf, refusal } from '../failure.ts';
import { controlOf } from '../hosts.ts';
import { onUpdate } from '../on-update.ts';
import { pauseAfter } from '../pause-after.ts';
import { demandActor } from './demand-actor.ts';
import { demandGood } from './demand-good.ts';
import type { History } from './history.ts';

const TELL_AGAIN = { shortestMs: 5_000, longestMs: 300_000 };

/** What steering asks of the running migration. */
interface SteeredRun {
  readonly plan: MigrationPlan;
  readonly history: History;
  readonly handingOver: boolean;
  readonly settled: boolean;
  readonly rehearsal: boolean;
  demandSteerable(): void;
  revise(change: Partial<Pick<MigrationPlan, 'gate' | 'policy'>>): MigrationPlan;
  show(): void;
}

/** The verbs by which people steer a transfer: `hold`, `release`, `force` and `tune`. One is done at a time, each told to the source at once. */
export class Steering {
  readonly #run: SteeredRun;
  #hold: Hold | null = null;
  #busy = false;

  constructor(run: SteeredRun) {
    this.#run = run;
  }

  /** What came before the first step is heard at once, so the run has to be whole. */
  listen(): void {
    onUpdate<Request, SteerAnswer>(
      HOLD_UPDATE,
      (asked) => this.#shut(asked),
      (asked) => this.#validateHold(asked),
    );
    onUpdate<Request, SteerAnswer>(
      RELEASE_UPDATE,
      (asked) => this.#open(asked),
      (asked) => this.#validateRelease(asked),
    );
    onUpdate<ForceRequest, SteerAnswer>(
      FORCE_UPDATE,
      (asked) => this.#force(asked),
      (asked) => this.#validateForce(asked),
    );
    onUpdate<TuneRequest, SteerAnswer>(
      TUNE_UPDATE,
      (asked) => this.#tune(asked),
      (asked) => this.#validateTune(asked),
    );
  }

  get hold(): Hold | null {
    return this.#hold;
  }

  /** It was asked for held. */
  beginHeld(asked: Request): void {
    this.#note({ type: 'gate-shut', ...pick(asked) }, holdOf(asked));
  }

  /** Tells the source what is in force, as often as it takes: it may be away. */
  async tell(): Promise<void> {
    const begunAt = Date.now();
    while (this.#run.handingOver && !this.#run.settled) {
      try {
        const { plan } = this.#run;
        await controlOf(plan.source, 'Steering the transfer').steer(plan, { force: false });
        return;
      } catch (error) {
        if (isRefusalOfSteering(failureOf(error).code)) return;
        await sleep(pauseAfter(begunAt, TELL_AGAIN));
      }
    }
  }

  #shut(asked: Request): Promise<SteerAnswer> {
    return this.#inTurn(async () => {
      this.#validateHold(asked);
      await this.#steer({ gate: 'shut' });
      return this.#note({ type: 'gate-shut', ...pick(asked) }, holdOf(asked));
    });
  }

  #open(asked: Request): Promise<SteerAnswer> {
    return this.#inTurn(async () => {
      this.#validateRelease(asked);
      await this.#steer({ gate: 'open' });
      return this.#note({ type: 'gate-opened', ...pick(asked) }, null);
    });
  }

  #force(asked: ForceRequest): Promise<SteerAnswer> {
    return this.#inTurn(async () => {
      this.#validateForce(asked);
      const { downtimeMs } = asked;
      const policy = { ...this.#run.plan.policy, downtimeLimitMs: downtimeMs };
      await this.#steer({ gate: 'open', policy }, true);
      return this.#note({ type: 'forced', ...pick(asked), downtimeMs, policy }, null);
    });
  }

  #tune(asked: TuneRequest): Promise<SteerAnswer> {
    return this.#inTurn(async () => {
      this.#validateTune(asked);
      const policy = { ...this.#run.plan.policy, ...asked.policy };
      await this.#steer({ policy });
      return this.#note({ type: 'tuned', ...pick(asked), policy }, this.#hold);
    });
  }

  #validateHold(asked: Request): void {
    demandActor(asked);
    this.#demandMove();
    if (this.#hold !== null) throw refusal('ALREADY_HELD', `${this.#hold.by} holds it since ${this.#hold.since}.`);
  }

  #validateRelease(asked: Request): void {
    demandActor(asked);
    this.#demandMove();
    if (this.#hold === null) throw refusal('NOT_HELD', 'Nothing keeps the migration from switching over.');
  }

  #validateForce(asked: ForceRequest): void {
    demandActor(asked);
    const mistakes = policyMistakes({ downtimeLimitMs: asked.downtimeMs });
    demandGood(mistakes.map(({ message }) => ({ field: 'downtimeMs', message })));
    this.#demandMove();
    if (!this.#run.handingOver) throw refusal('TRANSFER_NOT_BEGUN', 'There is nothing to force yet.');
  }

  #validateTune(asked: TuneRequest): void {
    demandActor(asked);
    const given = Object.keys(asked.policy);
    const fixed = given.filter((field) => !(TUNABLE_LIMITS as readonly string[]).includes(field));
    if (given.length === fixed.length)
      demandGood([{ field: 'policy', message: `must have one of ${TUNABLE_LIMITS.join(', ')}` }]);
    demandGood([
      ...fixed.map((field) => ({ field, message: 'cannot be changed while memory moves' })),
      ...policyMistakes(asked.policy),
    ]);
    this.#run.demandSteerable();
  }

  /** Whether it switches over is a person's to say. */
  #demandMove(): void {
    this.#run.demandSteerable();
    if (this.#run.rehearsal)
      throw refusal('REHEARSAL_STAYS', `${this.#run.plan.vm} stays on ${this.#run.plan.source}.`);
  }

  /** Puts a change into force at the source. What the source refuses has not changed anything. */
  async #steer(change: Partial<Pick<MigrationPlan, 'gate' | 'policy'>>, force = false): Promise<void> {
    const { gate, policy } = this.#run.plan;
    const plan = this.#run.revise(change);
    if (!this.#run.handingOver) return;
    try {
      await controlOf(plan.source, 'Steering the transfer').steer(plan, { force });
    } catch (error) {
      const { code, detail } = failureOf(error);
      this.#run.revise({ gate, policy });
      // Nobody knows whether it was done: the source has to hear that it is not in force.
      if (!isRefusalOfSteering(code)) void this.tell();
      throw refusal(code, detail);
    }
  }

  #note(event: MigrationEventBody, hold: Hold | null): SteerAnswer {
    this.#hold = hold;
    this.#run.history.add(event);
    this.#run.history.hurry();
    this.#run.show();
    return { hold, policy: this.#run.plan.policy };
  }

  async #inTurn<T>(deed: () => Promise<T>): Promise<T> {
    while (this.#busy) await condition(() => !this.#busy);
    this.#busy = true;
    try {
      return await deed();
    } finally {
      this.#busy = false;
    }
  }
}

function pick({ actor, reason }: Request): Request {
  return { actor, reason };
}

function holdOf({ actor, reason }: Request): Hold {
  return { by: actor, reason, since: new Date().toISOString() };
}
