import { FerryError, isName, type MigrationId, type MigrationPlan, type VmId } from '@ferry/domain';
import type { Journal, MilestoneName } from '../journal/journal.ts';
import type { Journals } from '../journal/journals.ts';
import { MigrationSession } from './migration-session.ts';
import { Mutex } from './mutex.ts';

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A VM on this host: the mutex under which deeds are done, and the migration that may do them. */
export class VirtualMachineSession {
  readonly vm: VmId;
  readonly #journals: Journals;
  readonly #mutex = new Mutex();
  #current: MigrationSession | null = null;

  constructor(vm: VmId, journals: Journals) {
    if (!isName(vm)) throw new FerryError('VALIDATION_FAILED', 'the VM’s id is no name');
    this.vm = vm;
    this.#journals = journals;
    const latest = journals.known(vm).at(-1);
    if (latest !== undefined) this.#current = this.#restore(latest);
  }

  /** The migration that this host heard of last. */
  get current(): MigrationSession | null {
    return this.#current;
  }

  /** The session of the plan's migration and epoch, if that is the current one. */
  serving({ migration, epoch }: MigrationPlan): MigrationSession | null {
    const plan = this.#current?.plan;
    return plan?.migration === migration && plan.epoch === epoch ? this.#current : null;
  }

  /**
   * For who is about to act, and holds the mutex: throws `SUPERSEDED` where another migration, or a higher epoch, has
   * come since the session was entered.
   */
  demandServing(plan: MigrationPlan): void {
    if (this.serving(plan) === null) throw superseded(plan, `epoch ${this.#current?.plan.epoch} is here`);
  }

  /** One deed at a time: whoever decides by what it reads must not be overtaken before it has acted. */
  exclusively<T>(deed: () => Promise<T>): Promise<T> {
    return this.#mutex.run(deed);
  }

  /**
   * The session of the plan's migration and epoch. Throws `SUPERSEDED` when a newer migration, or a higher epoch, has
   * been here: Temporal's timeouts are no fences, so what is late has to be refused by the host. Throws
   * `JOURNAL_UNWRITABLE` where nothing new may be begun.
   */
  enter(plan: MigrationPlan): Promise<MigrationSession> {
    return this.#enter(plan, (journal) => journal.sync());
  }

  /** As `enter`, for who only gives up what was begun: a disk that is full must not keep a guest from being taken back. */
  enterToGiveUp(plan: MigrationPlan): Promise<MigrationSession> {
    return this.#enter(plan, (journal) => journal.sync().catch(() => undefined));
  }

  /**
   * Only forward is left: what was withdrawn in vain ends the session neither for the next agent here, nor, where an
   * agent before this one died while it withdrew, for this one. The caller holds the mutex.
   */
  reopen(session: MigrationSession): void {
    session.journal.append({ name: 'opened', plan: session.plan });
    if (session === this.#current && session.signal.aborted)
      this.#current = new MigrationSession(session.plan, session.journal);
  }

  #enter(plan: MigrationPlan, written: (journal: Journal) => Promise<void>): Promise<MigrationSession> {
    return this.exclusively(async () => {
      checkPlan(plan);
      const current = this.#current;
      if (current?.plan.migration === plan.migration) {
        if (current.plan.epoch === plan.epoch) {
          if (plan.revision > current.plan.revision) await current.steer(plan);
          return current;
        }
        if (current.plan.epoch > plan.epoch) throw superseded(plan, `epoch ${current.plan.epoch} is here`);
      } else if (this.#journals.known(this.vm).includes(plan.migration)) {
        throw superseded(plan, `migration ${current?.plan.migration ?? '?'} came after it`);
      }
      const journal = this.#journalOf(plan.migration);
      journal.append({ name: 'opened', plan });
      try {
        await written(journal);
      } catch (error) {
        // What can't be remembered was not begun.
        if (journal !== current?.journal) this.#forget(journal, plan.migration);
        throw error;
      }
      current?.end(superseded(current.plan, `epoch ${plan.epoch} of migration ${plan.migration} has taken over`));
      if (current && current.journal !== journal) current.journal.close();
      return (this.#current = new MigrationSession(plan, journal));
    });
  }

  #journalOf(migration: MigrationId): Journal {
    const current = this.#current;
    // The one in hand may know more than its file.
    return current?.plan.migration === migration ? current.journal : this.#journals.open(this.vm, migration);
  }

  #forget(journal: Journal, migration: MigrationId): void {
    journal.close();
    this.#journals.forget(this.vm, migration);
  }

  #restore(migration: MigrationId): MigrationSession | null {
    const journal = this.#journals.open(this.vm, migration);
    const opened = journal.last('opened');
    if (!opened) return null;
    const since = journal.entries.slice(journal.entries.indexOf(opened));
    const steered = since.findLast((entry) => entry.name === 'steered' || entry.name === 'widened');
    const session = new MigrationSession(steered?.plan ?? opened.plan, journal);
    const undone = since.some(({ name }) => isUndone(name));
    if (undone) session.end(new FerryError('TRANSFER_WITHDRAWN', 'it was withdrawn before the agent restarted'));
    return session;
  }
}

function isUndone(name: MilestoneName): boolean {
  return name === 'withdrawn' || name === 'discarded';
}

/** Ids become names of files and queues. */
function checkPlan({ migration, source, destination }: MigrationPlan): void {
  if (!uuidPattern.test(migration)) throw new FerryError('VALIDATION_FAILED', 'the migration’s id is no UUID');
  if (!isName(source) || !isName(destination)) throw new FerryError('VALIDATION_FAILED', 'a host’s id is no name');
}

function superseded({ migration, epoch }: MigrationPlan, why: string): FerryError {
  return new FerryError('SUPERSEDED', `epoch ${epoch} of migration ${migration} may no longer act: ${why}`);
}
