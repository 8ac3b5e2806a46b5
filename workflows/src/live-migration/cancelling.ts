import { CANCEL_UPDATE, type CancelAnswer } from '@ferry/contracts';
import type { Failure, MigrationPlan, Request } from '@ferry/domain';
import { condition } from '@temporalio/workflow';
import { refusal } from '../failure.ts';
import { onUpdate } from '../on-update.ts';
import { demandActor } from './demand-actor.ts';
import type { History } from './history.ts';

/** A person is not to wait for a host that is away. */
const ANSWER_WITHIN = '10s';

/** A person called the migration off. */
export class CancelRequested extends Error {
  override readonly name = 'CancelRequested';
}

/** What has to be known of the migration. */
interface Cancellable {
  readonly plan: MigrationPlan;
  readonly pivotPassed: boolean;
  readonly history: History;
  /** What it waits for a person with; null where it does not. */
  readonly waitsWith: Failure | null;
  demandUnderWay(): void;
  show(): void;
}

/** The verb `cancel`: what was asked, and what can be answered so far. */
export class Cancelling {
  readonly #run: Cancellable;
  #request: Request | null = null;
  #answer: CancelAnswer | null = null;
  #withdrawn: CancelAnswer | null = null;
  #cleaning = false;
  #toLeave = false;

  constructor(run: Cancellable) {
    this.#run = run;
  }

  listen(): void {
    onUpdate<Request, CancelAnswer>(
      CANCEL_UPDATE,
      (asked) => this.ask(asked),
      (asked) => this.#validate(asked),
    );
  }

  /** Who called it off, and why; null where nobody has. */
  get request(): Request | null {
    return this.#request;
  }

  /** The result of `work`, or `CancelRequested` if a person calls the migration off first. */
  async unless<T>(work: Promise<T>): Promise<T> {
    const cancelled = condition(() => this.#request !== null).then(() => {
      throw new CancelRequested();
    });
    return Promise.race([work, cancelled]);
  }

  async ask(asked: Request): Promise<CancelAnswer> {
    // Nothing but a host that does not answer keeps it from its end: who cancels then will not wait for that one.
    const leaves = this.isCleaning && this.#run.waitsWith !== null && !this.#toLeave;
    if (this.#request === null || leaves) {
      this.#request ??= asked;
      this.#toLeave = leaves;
      this.#run.history.add({ type: 'cancel-requested', ...asked });
      this.#run.history.hurry();
      this.#run.show();
    }
    await condition(() => this.#answer !== null, ANSWER_WITHIN);
    return this.#answer ?? this.#soFar();
  }

  /** Whose the guest is has been settled; what is left of the migration is being removed. */
  beginCleaning(): void {
    this.#cleaning = true;
  }

  get isCleaning(): boolean {
    return this.#cleaning;
  }

  /** What can't be removed now is to be left where it is. */
  get isToLeave(): boolean {
    return this.#toLeave;
  }

  /** The guest is not to move any more; what was begun for that is still to be undone. */
  withdrew(answer: CancelAnswer): void {
    this.#withdrawn = answer;
  }

  /** Answers whoever cancelled; the first answer stands. */
  answer(answer: CancelAnswer): void {
    this.#answer ??= answer;
  }

  /** The guest had moved before it could be called off. */
  cameTooLate(generation: number, explanation: string): void {
    const owner = this.#run.plan.destination;
    this.#run.history.add({ type: 'decided', decision: 'moved-despite-cancel', owner, generation, explanation });
    this.answer({ outcome: 'too-late', owner, explanation });
  }

  /** What can be said before all of it is done. */
  #soFar(): CancelAnswer {
    const { waitsWith } = this.#run;
    const why = waitsWith ? `${waitsWith.code}: ${waitsWith.detail}` : 'a host has not answered yet';
    if (this.#withdrawn === null)
      return { outcome: 'pending', owner: null, explanation: `It is not known yet: ${why}.` };
    const { outcome, owner, explanation } = this.#withdrawn;
    return { outcome, owner, explanation: `${explanation}; what is left elsewhere is still to be removed (${why})` };
  }

  #validate(asked: Request): void {
    demandActor(asked);
    this.#run.demandUnderWay();
    if (this.#run.pivotPassed)
      throw refusal(
        'CANCEL_TOO_LATE',
        `${this.#run.plan.destination} has taken the guest over; the migration can only go forward.`,
      );
  }
}
