import {
  CANCEL_UPDATE,
  RESUME_UPDATE,
  SEARCH_ATTRIBUTES,
  STATE_QUERY,
  type CancelAnswer,
  type LiveMigrationInput,
  type MigrationSnapshot,
  type ResumeAnswer,
} from '@ferry/contracts';
import {
  type Failure,
  type MigrationPlan,
  type MigrationState,
  type Phase,
  type PhaseReport,
  type Request,
} from '@ferry/domain';
import { SearchAttributeType } from '@temporalio/common';
import {
  condition,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { refusal } from '../failure.ts';
import { describeState } from './describe-state.ts';
import { History } from './history.ts';
import { UndoStack } from './undo-stack.ts';

/** A person called the migration off. */
export class CancelRequested extends Error {
  override readonly name = 'CancelRequested';
}

/** One migration while its workflow runs: what is true of it, and the verbs by which a person acts on it. */
export class MigrationRun {
  readonly history: History;
  readonly undo = new UndoStack();
  #plan: MigrationPlan;
  #state: MigrationState = { state: 'running', phase: 'preflight' };
  #pivotPassed = false;
  #armed = false;
  readonly #parked = new Set<Phase>();
  #cancelRequest: Request | null = null;
  #cancelAnswer: CancelAnswer | null = null;

  constructor(input: LiveMigrationInput) {
    const { migration, vm, source, destination, policy, request } = input;
    this.#plan = { migration, vm, source, destination, policy, epoch: 1 };
    this.history = new History(input);
    this.history.add({ type: 'requested', ...request, source, destination, policy });
    this.#show();

    setHandler(defineQuery<MigrationSnapshot>(STATE_QUERY), () => ({
      plan: this.#plan,
      state: this.#state,
      pivotPassed: this.#pivotPassed,
    }));
    setHandler(defineUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE), (asked) => this.cancel(asked), {
      validator: (asked: Request) => this.#validateCancel(asked),
    });
    setHandler(defineUpdate<ResumeAnswer, [Request]>(RESUME_UPDATE), (asked) => this.#resume(asked), {
      validator: (asked: Request) => this.#validateResume(asked),
    });
  }

  get plan(): MigrationPlan {
    return this.#plan;
  }

  get pivotPassed(): boolean {
    return this.#pivotPassed;
  }

  /** Whether the source may already have handed something over. */
  get armed(): boolean {
    return this.#armed;
  }

  /** Takes the authority from everything that was begun under the plan so far: agents refuse its epoch from now on. */
  supersede(): MigrationPlan {
    this.#plan = { ...this.#plan, epoch: this.#plan.epoch + 1 };
    this.#parked.clear();
    return this.#plan;
  }

  /** The result of `work`, or `CancelRequested` if a person calls the migration off first. */
  async unlessCancelled<T>(work: Promise<T>): Promise<T> {
    const cancelled = condition(() => this.#cancelRequest !== null).then(() => {
      throw new CancelRequested();
    });
    return Promise.race([work, cancelled]);
  }

  started(phase: Phase): void {
    this.history.add({ type: 'phase-started', phase });
    this.#moveTo({ state: 'running', phase });
  }

  completed(phase: Phase, report: PhaseReport<object>): void {
    const { result, ...timing } = report;
    this.history.add({ type: 'phase-completed', phase, ...timing, details: { ...result } });
  }

  /** Waits for a person, who can resume from this phase, cancel, or do nothing. */
  async park(phase: Phase, failure: Failure): Promise<void> {
    const { plan } = this;
    this.#parked.add(phase);
    this.history.add({ type: 'needs-attention', phase, failure });
    this.#moveTo({ state: 'needs-attention', phase, failure, since: new Date().toISOString() });
    await condition(() => !this.#parked.has(phase) || plan !== this.#plan);
  }

  /** From here on the agents may hand over by themselves. */
  arm(): MigrationPlan {
    this.#armed = true;
    return this.#plan;
  }

  /** The guest is the destination's: from here on nothing is undone. */
  passPivot(): void {
    this.#pivotPassed = true;
    this.undo.clear();
  }

  /** Answers whoever cancelled; the first answer stands. */
  answerCancel(answer: CancelAnswer): void {
    this.#cancelAnswer ??= answer;
  }

  /** The migration's last state. */
  end(state: MigrationState): MigrationState {
    this.#moveTo(state);
    return state;
  }

  async cancel(asked: Request): Promise<CancelAnswer> {
    if (this.#cancelRequest === null) {
      this.#cancelRequest = asked;
      this.history.add({ type: 'cancel-requested', ...asked });
      this.#moveTo({ state: 'cancelling', phase: this.#phase(), requestedBy: asked.actor });
    }
    await condition(() => this.#cancelAnswer !== null);
    return this.#cancelAnswer as unknown as CancelAnswer;
  }

  #resume({ actor, reason }: Request): ResumeAnswer {
    const phase = this.#phase();
    this.history.add({ type: 'resumed', phase, actor, reason });
    this.#parked.clear();
    this.#moveTo({ state: 'running', phase });
    return { phase };
  }

  #validateCancel(asked: Request): void {
    demandActor(asked);
    if (this.#pivotPassed)
      throw refusal(
        'CANCEL_TOO_LATE',
        `${this.#plan.destination} has taken the guest over; the migration can only go forward.`,
      );
  }

  #validateResume(asked: Request): void {
    demandActor(asked);
    if (this.#parked.size === 0)
      throw refusal('NOT_PARKED', `The migration is ${this.#state.state}; it waits for nobody.`);
  }

  #phase(): Phase {
    return 'phase' in this.#state ? this.#state.phase : 'retire-source';
  }

  #moveTo(state: MigrationState): void {
    const changed = state.state !== this.#state.state;
    this.#state = state;
    this.#show();
    if (changed)
      upsertSearchAttributes([
        { key: { name: SEARCH_ATTRIBUTES.state, type: SearchAttributeType.KEYWORD }, value: state.state },
      ]);
  }

  /** Temporal's own pages show this text. */
  #show(): void {
    setCurrentDetails(describeState(this.#plan, this.#state));
  }
}

/** Who acts has to be known: it is what the audit history is for. */
function demandActor({ actor }: Request): void {
  if (typeof actor !== 'string' || actor === '') throw refusal('VALIDATION_FAILED', 'actor: must name who asks.');
}
