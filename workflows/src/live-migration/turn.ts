import {
  ENTER_SIGNAL,
  entrantOf,
  LEAVE_SIGNAL,
  MIGRATION_QUEUE_ID,
  QUEUE_ANSWER_SIGNAL,
  QUEUE_MEMO,
  type Entrant,
  type Leaving,
  type LiveMigrationInput,
  type Place,
  type QueueAnswer,
} from '@ferry/contracts';
import type { Standing } from '@ferry/domain';
import {
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { controlPlane } from '../hosts.ts';
import { pauseAfter } from '../pause-after.ts';

/** Asked again so often, it learns its new position, and a queue that was made anew learns of it. */
const ASK_AGAIN = { shortestMs: 60_000, longestMs: 1_800_000 };

const enterSignal = defineSignal<[Entrant]>(ENTER_SIGNAL);
const leaveSignal = defineSignal<[Leaving]>(LEAVE_SIGNAL);
const answerSignal = defineSignal<[QueueAnswer]>(QUEUE_ANSWER_SIGNAL);

/**
 * A migration's turn in the queue. Whoever starts the migration asks for it too, so that it may have come when preflight is
 * over; else the migration asks then.
 */
export class Turn {
  readonly #entrant: Entrant;
  readonly #onChange: () => void;
  #hasCome = false;
  #standing: Standing | null = null;
  #left = false;
  #asking: Promise<void> = Promise.resolve();

  constructor(input: LiveMigrationInput, onChange: () => void) {
    this.#entrant = entrantOf(input, workflowInfo().runId);
    this.#onChange = onChange;
  }

  /** What came before the first step is heard at once, so whoever asks for this has to be whole. */
  listen(): void {
    setHandler(answerSignal, (given) => this.#hear(given));
  }

  /** Where it stands, as it was last told; null before that, and once its turn has come. */
  get standing(): Standing | null {
    return this.#standing;
  }

  /** The queue's first answer: where it stands, or null if its turn has come. */
  async answer(): Promise<Standing | null> {
    await this.#until(() => this.#hasCome || this.#standing !== null);
    return this.#standing;
  }

  /** Resolves when the turn has come; also when the migration left the queue meanwhile. */
  async come(): Promise<void> {
    await this.#until(() => this.#hasCome);
  }

  /** Gives the place back. */
  async leave(): Promise<void> {
    this.#left = true;
    // Else it could enter after it has left.
    await this.#asking;
    // Without a queue there is no place to give back.
    await getExternalWorkflowHandle(MIGRATION_QUEUE_ID)
      .signal(leaveSignal, { migration: this.#entrant.migration })
      .catch(() => undefined);
  }

  async #until(fact: () => boolean): Promise<void> {
    const settled = () => fact() || this.#left;
    // Once it stands in the line, the queue knows of it.
    if (this.#standing === null && !settled()) await this.#askNow();
    const begunAt = Date.now();
    while (!(await condition(settled, pauseAfter(begunAt, ASK_AGAIN)))) await this.#askNow();
  }

  #askNow(): Promise<void> {
    this.#asking = this.#ask();
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const queue = getExternalWorkflowHandle(MIGRATION_QUEUE_ID);
    // Whoever calls the migration off does not call off its way into the queue, or it could not leave in order.
    await CancellationScope.nonCancellable(async () => {
      try {
        await queue.signal(enterSignal, this.#entrant);
      } catch {
        // It does not run.
        await controlPlane('Starting the queue').startMigrationQueue();
        // Should it have ended again, it is asked again later.
        await queue.signal(enterSignal, this.#entrant).catch(() => undefined);
      }
    });
  }

  #hear(given: QueueAnswer): void {
    if (given.migration !== this.#entrant.migration || this.#hasCome || this.#left) return;
    const isFirst = this.#standing === null;
    const admittedAt = given.answer === 'admitted' ? given.admittedAt : null;
    this.#hasCome = admittedAt !== null;
    this.#standing = given.answer === 'wait' ? { position: given.position, reason: given.reason } : null;
    if (this.#hasCome || isFirst) {
      const place: Place = { ...this.#entrant, admittedAt };
      upsertMemo({ [QUEUE_MEMO.place]: place });
    }
    this.#onChange();
  }
}
