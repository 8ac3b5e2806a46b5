import type { FerryError, MigrationPlan } from '@ferry/domain';
import type { Journal } from '../journal/journal.ts';

/**
 * One migration on this host under one epoch. What runs for it ends with its signal: when it is withdrawn, discarded or
 * superseded.
 */
export class MigrationSession {
  readonly journal: Journal;
  readonly #controller = new AbortController();
  #plan: MigrationPlan;
  readonly #shared = new Map<string, unknown>();

  /** Why it is being withdrawn: what ends by that is to say so. */
  withdrawal: FerryError | null = null;

  #doubt: { error: FerryError; since: number } | null = null;

  constructor(plan: MigrationPlan, journal: Journal) {
    this.#plan = plan;
    this.journal = journal;
  }

  /** With policy and gate as people want them now. */
  get plan(): MigrationPlan {
    return this.#plan;
  }

  /** Under this epoch its transfer was told to begin. */
  get transferBegun(): boolean {
    return this.journal.under(this.#plan.epoch).some(({ name }) => name === 'transfer-started');
  }

  /** From here on another policy or gate is in force, also after a restart; as people want it, or by the policy's last resort. */
  async steer(plan: MigrationPlan, name: 'steered' | 'widened' = 'steered'): Promise<void> {
    this.journal.append({ name, plan });
    this.#plan = plan;
    await this.journal.sync();
  }

  /** Aborted with a `FerryError` when nothing more may be done under this epoch. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(reason: FerryError): void {
    this.#controller.abort(reason);
  }

  /** Notes the fact that is missing to decide, or that none is. */
  doubt(error: FerryError | null): void {
    if (error === null) this.#doubt = null;
    else this.#doubt ??= { error, since: performance.now() };
  }

  /** What has been missing for longer than that. */
  doubtedFor(milliseconds: number): FerryError | null {
    return this.#doubt && performance.now() - this.#doubt.since > milliseconds ? this.#doubt.error : null;
  }

  /**
   * What runs at most once at a time: a second attempt, or the adoption after a restart, gets what runs already. Once it
   * has failed it may be begun again; it looks before it acts.
   */
  share<T>(key: string, begin: () => { value: T; failed: Promise<unknown> }): T {
    if (this.#shared.has(key)) return this.#shared.get(key) as T;
    const { value, failed } = begin();
    this.#shared.set(key, value);
    failed.catch(() => this.#shared.delete(key));
    return value;
  }
}
