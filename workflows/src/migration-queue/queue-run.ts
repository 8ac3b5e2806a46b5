import {
  QUEUE_ANSWER_SIGNAL,
  QUEUE_MEMO,
  virtualMachineLock,
  type Entrant,
  type LimitsRequest,
  type MigrationQueueInput,
  type Place,
  type QueueAnswer,
  type QueueSnapshot,
} from '@ferry/contracts';
import { decideAdmission, type Instant, type MigrationId, type MigrationLimits, type Standing } from '@ferry/domain';
import {
  allHandlersFinished,
  defineSignal,
  getExternalWorkflowHandle,
  setCurrentDetails,
  upsertMemo,
} from '@temporalio/workflow';
import { controlPlane } from '../hosts.ts';
import { describeQueue } from './describe-queue.ts';

type Admitted = Place & { admittedAt: Instant };
type Answer = { answer: 'admitted'; admittedAt: Instant } | ({ answer: 'wait' } & Standing);

const answerSignal = defineSignal<[QueueAnswer]>(QUEUE_ANSWER_SIGNAL);

/** The queue while its workflow runs: who has a place, who waits for one, and what is on its way to whom. */
export class QueueRun {
  #limits: MigrationLimits;
  readonly #places: Map<MigrationId, Place>;
  /** Who has asked since it was decided last. */
  readonly #unanswered = new Set<MigrationId>();
  #hasChanged = true;
  /** Answers and lines of history that are on their way. */
  #underWay = 0;

  constructor({ limits, places }: MigrationQueueInput) {
    this.#limits = limits;
    this.#places = new Map(places.map((place) => [place.migration, place]));
    upsertMemo({ [QUEUE_MEMO.limits]: limits });
  }

  /** What the next run begins with. */
  get input(): MigrationQueueInput {
    return { limits: this.#limits, places: [...this.#places.values()] };
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Whether this run may end: a signal that is on its way would be lost with it. */
  get isSettled(): boolean {
    return this.#underWay === 0 && allHandlersFinished();
  }

  get runs(): Pick<Entrant, 'migration' | 'vm' | 'run'>[] {
    return [...this.#places.values()].map(({ migration, vm, run }) => ({ migration, vm, run }));
  }

  enter(entrant: Entrant): void {
    const admittedAt = this.#places.get(entrant.migration)?.admittedAt ?? null;
    this.#places.set(entrant.migration, { ...entrant, admittedAt });
    this.#unanswered.add(entrant.migration);
    this.#hasChanged = true;
  }

  leave(migration: MigrationId): void {
    this.#places.delete(migration);
    this.#hasChanged = true;
  }

  setLimits({ limits, actor, reason }: LimitsRequest): MigrationLimits {
    const before = this.#limits;
    this.#limits = { ...before, ...limits };
    upsertMemo({ [QUEUE_MEMO.limits]: this.#limits });
    this.#hasChanged = true;
    const change = { at: new Date().toISOString(), actor, reason, before, after: this.#limits };
    void this.#send(controlPlane('Writing the history').recordLimitsChange(change));
    return this.#limits;
  }

  /** Admits whoever may go now, and answers who has asked. */
  decide(): void {
    this.#hasChanged = false;
    const { admitted } = decideAdmission(this.#limits, this.#admitted(), this.#waiting());
    for (const entrant of admitted) {
      this.#places.set(entrant.migration, { ...entrant, admittedAt: new Date().toISOString() });
      this.#unanswered.add(entrant.migration);
    }
    const snapshot = this.snapshot();
    const answers = new Map<MigrationId, Answer>([
      ...snapshot.inFlight.map(({ migration, admittedAt }) => [migration, { answer: 'admitted', admittedAt }] as const),
      ...snapshot.waiting.map(
        ({ migration, position, reason }) => [migration, { answer: 'wait', position, reason }] as const,
      ),
    ]);
    for (const migration of this.#unanswered) {
      const [place, answer] = [this.#places.get(migration), answers.get(migration)];
      if (place !== undefined && answer !== undefined) this.#answer(place, answer);
    }
    this.#unanswered.clear();
    setCurrentDetails(describeQueue(snapshot));
  }

  snapshot(): QueueSnapshot {
    const inFlight = this.#admitted();
    const { waiting } = decideAdmission(this.#limits, inFlight, this.#waiting());
    return { limits: this.#limits, inFlight, waiting };
  }

  #admitted(): Admitted[] {
    const admitted = [...this.#places.values()].filter((place): place is Admitted => place.admittedAt !== null);
    return admitted.sort((a, b) => Date.parse(a.admittedAt) - Date.parse(b.admittedAt));
  }

  #waiting(): Place[] {
    return [...this.#places.values()].filter(({ admittedAt }) => admittedAt === null);
  }

  #answer({ migration, vm, run }: Place, answer: Answer): void {
    const told = getExternalWorkflowHandle(virtualMachineLock(vm), run).signal(answerSignal, { migration, ...answer });
    // Nobody is there to hear it: it was terminated.
    void this.#send(told.catch(() => this.leave(migration)));
  }

  async #send(message: Promise<void>): Promise<void> {
    this.#underWay += 1;
    await message;
    this.#underWay -= 1;
  }
}
