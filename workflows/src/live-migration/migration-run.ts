import {
  RESUME_UPDATE,
  SEARCH_ATTRIBUTES,
  STATE_QUERY,
  type LiveMigrationInput,
  type MigrationSnapshot,
  type ResumeAnswer,
  type ResumeRequest,
} from '@ferry/contracts';
import {
  outlookOf,
  policyChangeMistakes,
  type Failure,
  type Instant,
  type MigrationPlan,
  type MigrationState,
  type Outlook,
  type Phase,
  type PhaseReport,
  type Testimony,
  type Standing,
} from '@ferry/domain';
import { SearchAttributeType } from '@temporalio/common';
import { condition, defineQuery, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { refusal } from '../failure.ts';
import { Cancelling } from './cancelling.ts';
import { Deciding } from './deciding.ts';
import { onUpdate } from '../on-update.ts';
import { demandActor } from './demand-actor.ts';
import { demandGood } from './demand-good.ts';
import { describeState } from './describe-state.ts';
import { hearBothHosts } from './hear-both-hosts.ts';
import { History } from './history.ts';
import { Steering } from './steering.ts';
import { Turn } from './turn.ts';
import { UndoStack } from './undo-stack.ts';

/** One migration while its workflow runs: what is true of it, and the verbs by which a person acts on it. */
export class MigrationRun {
  readonly history: History;
  readonly undo = new UndoStack();
  readonly #steering: Steering;
  readonly cancelling: Cancelling;
  readonly deciding: Deciding;
  readonly turn: Turn;
  /** The guest is to stay where it is. */
  readonly rehearsal: boolean;
  #plan: MigrationPlan;
  #phase: Phase = 'preflight';
  #end: MigrationState | null = null;
  #pivotPassed = false;
  #handingOver = false;
  readonly #parked = new Map<Phase, { failure: Failure; since: Instant }>();
  /** By what it waits with. */
  readonly #waitsSince = new Map<string, Instant>();
  #queuedSince: Instant | null = null;
  #shownState: MigrationState['state'] = 'running';
  #testimonies: Testimony[] = [];
  /** What both hosts were heard about last. */
  #heardOf = '';
  #since: Instant = new Date().toISOString();

  constructor(input: LiveMigrationInput) {
    const { migration, vm, source, destination, policy, priority, request, hold = false, rehearsal = false } = input;
    const gate = hold || rehearsal ? 'shut' : 'open';
    this.rehearsal = rehearsal;
    this.#plan = { migration, vm, source, destination, policy, gate, revision: 1, epoch: 1 };
    this.history = new History(input);
    this.history.add({
      type: 'requested',
      ...request,
      source,
      destination,
      policy,
      priority,
      ...(rehearsal && { rehearsal }),
    });
    this.cancelling = new Cancelling(this);
    this.deciding = new Deciding(this);
    this.turn = new Turn(input, () => this.show());
    this.#steering = new Steering(this);
    if (hold) this.#steering.beginHeld(request);
    this.show();

    for (const each of [this.deciding, this.turn, this.#steering]) each.listen();
    setHandler(defineQuery<MigrationSnapshot>(STATE_QUERY), () => ({
      plan: this.#plan,
      state: this.#state(),
      hold: this.#steering.hold,
      pivotPassed: this.#pivotPassed,
      outlook: this.#outlook(),
      testimonies: this.#testimonies,
    }));
    this.cancelling.listen();
    onUpdate<ResumeRequest, ResumeAnswer>(
      RESUME_UPDATE,
      (asked) => this.#resume(asked),
      (asked) => this.#validateResume(asked),
    );
  }

  get plan(): MigrationPlan {
    return this.#plan;
  }

  get pivotPassed(): boolean {
    return this.#pivotPassed;
  }

  /** Whether it waits for a person. */
  get isParked(): boolean {
    return this.#parked.size > 0;
  }

  /** What it waits for a person with; null where it does not. */
  get waitsWith(): Failure | null {
    const [waiting] = this.#parked.values();
    return waiting?.failure ?? null;
  }

  /** Whether the source may already have handed something over. */
  get handingOver(): boolean {
    return this.#handingOver;
  }

  /** Takes the authority from everything that was begun under the plan so far: agents refuse its epoch from now on. */
  supersede(): MigrationPlan {
    this.#plan = { ...this.#plan, epoch: this.#plan.epoch + 1 };
    this.#parked.clear();
    this.show();
    return this.#plan;
  }

  /** Changes policy or gate from here on, as people ask. */
  revise(change: Partial<Pick<MigrationPlan, 'gate' | 'policy'>>): MigrationPlan {
    this.#plan = { ...this.#plan, ...change, revision: this.#plan.revision + 1 };
    return this.#plan;
  }

  started(phase: Phase): void {
    this.history.add({ type: 'phase-started', phase });
    this.#phase = phase;
    this.#since = new Date().toISOString();
    this.show();
  }

  completed(phase: Phase, report: PhaseReport<object>): void {
    const { result, ...timing } = report;
    this.history.add({ type: 'phase-completed', phase, ...timing, details: { ...result } });
  }

  /** It has to wait for its turn, and nothing of it is on any host. */
  queued(standing: Standing): void {
    this.#queuedSince = new Date().toISOString();
    this.history.add({ type: 'queued', ...standing });
    this.history.hurry();
    this.show();
  }

  /** Its turn has come. */
  admitted(waitedMs: number): void {
    this.#queuedSince = null;
    this.history.add({ type: 'admitted', waitedMs });
    this.show();
  }

  /**
   * Waits for a person, who can resume from this phase, cancel, or do nothing. `again`: after an attempt that nobody asked
   * for, so that what is known already is not told anew.
   */
  async park(phase: Phase, failure: Failure, { again = false } = {}): Promise<void> {
    const { epoch } = this.#plan;
    const subject = `${phase} ${failure.code}`;
    const since = (again && this.#waitsSince.get(subject)) || new Date().toISOString();
    this.#parked.set(phase, { failure, since });
    if (!again || !this.#waitsSince.has(subject)) {
      this.history.add({ type: 'needs-attention', phase, failure });
      this.history.hurry();
    }
    this.#waitsSince.set(subject, since);
    void this.#hear(subject);
    this.show();
    await condition(() => !this.#parked.has(phase) || epoch !== this.#plan.epoch);
  }

  /** It goes on without being asked to. */
  unpark(phase: Phase): void {
    this.#parked.delete(phase);
    this.show();
  }

  /** From here on the agents may hand over by themselves, and need no control plane to finish. */
  beginHandover(): void {
    this.#handingOver = true;
  }

  /** The guest is the destination's: from here on nothing is undone. */
  passPivot(): void {
    this.#pivotPassed = true;
    this.undo.clear();
  }

  /** Nothing is left to steer: it has ended, is being called off, or has passed the pivot. */
  get settled(): boolean {
    return this.#end !== null || this.cancelling.request !== null || this.#pivotPassed;
  }

  /** Refuses where it has ended: only its history may still be on its way. */
  demandUnderWay(): void {
    if (this.#end !== null) throw refusal('MIGRATION_ENDED', `The migration is ${this.#end.state}.`);
  }

  /** Refuses where nothing is left to steer. */
  demandSteerable(): void {
    this.demandUnderWay();
    if (this.#pivotPassed) throw refusal('SWITCHOVER_BEGUN', `${this.#plan.destination} has taken the guest over.`);
    const { request } = this.cancelling;
    if (request !== null) throw refusal('CANCEL_UNDER_WAY', `${request.actor} has cancelled the migration.`);
  }

  /** The migration's last state. */
  end(state: MigrationState): MigrationState {
    this.#end = state;
    this.show();
    return state;
  }

  #resume({ actor, reason, policy: change }: ResumeRequest): ResumeAnswer {
    const [phase = this.#phase] = this.#parked.keys();
    const policy = change && { ...this.#plan.policy, ...change };
    this.history.add({ type: 'resumed', phase, actor, reason, ...(policy && { policy }) });
    if (policy) {
      this.revise({ policy });
      void this.#steering.tell();
    }
    this.#parked.clear();
    this.show();
    return { phase };
  }

  #validateResume(asked: ResumeRequest): void {
    demandActor(asked);
    demandGood(policyChangeMistakes(asked.policy ?? {}));
    this.demandUnderWay();
    if (this.#parked.size === 0)
      throw refusal('NOT_PARKED', `The migration is ${this.#state().state}; it waits for nobody.`);
  }

  /** Asks both hosts what they know, once for each reason to wait: whoever is called wants to see it. */
  async #hear(subject: string): Promise<void> {
    if (this.#heardOf === subject) return;
    this.#heardOf = subject;
    this.#testimonies = await hearBothHosts(this.#plan);
    this.history.add({ type: 'heard', testimonies: this.#testimonies });
    this.history.hurry();
  }

  #outlook(): Outlook {
    const state = this.#state();
    const since = 'since' in state ? state.since : this.#since;
    const { touched } = this.undo;
    return outlookOf({
      ...{ plan: this.#plan, state, since, touched },
      // Of a rehearsal nothing is ever handed over.
      ...{ handingOver: this.#handingOver && !this.rehearsal, pivotPassed: this.#pivotPassed },
      cleaning: this.cancelling.isCleaning,
    });
  }

  #state(): MigrationState {
    if (this.#end !== null) return this.#end;
    const [parked] = this.#parked;
    if (parked !== undefined) return { state: 'needs-attention', phase: parked[0], ...parked[1] };
    const { request } = this.cancelling;
    if (request !== null) return { state: 'cancelling', phase: this.#phase, requestedBy: request.actor };
    const { standing } = this.turn;
    if (this.#queuedSince !== null && standing !== null)
      return { state: 'queued', since: this.#queuedSince, ...standing };
    return { state: 'running', phase: this.#phase };
  }

  /** Temporal's own pages show the state in words, and its lists filter by it. */
  show(): void {
    const state = this.#state();
    setCurrentDetails(describeState(this.#plan, state, this.#steering.hold));
    if (state.state === this.#shownState) return;
    this.#shownState = state.state;
    upsertSearchAttributes([
      { key: { name: SEARCH_ATTRIBUTES.state, type: SearchAttributeType.KEYWORD }, value: state.state },
    ]);
  }
}
