import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';
import type { MigrationLimits } from './limits.ts';
import { PRIORITIES, type Priority } from './priority.ts';

/** A migration that asks for its turn. */
export interface Applicant {
  migration: MigrationId;
  vm: VmId;
  source: HostId;
  destination: HostId;
  priority: Priority;
  requestedAt: Instant;
}

/** Where a migration stands that has to wait. */
export interface Standing {
  /** 1 is the next in line. */
  position: number;
  /** What it waits for, in words. */
  reason: string;
}

export interface Admission<A extends Applicant> {
  admitted: A[];
  /** In the order of the line. */
  waiting: (A & Standing)[];
}

/**
 * Who may go now. The line is ordered by priority, then by age. Who can't go because one of its hosts is full lets others
 * pass, but keeps a place at its other host: so nobody is overtaken for ever by those who come later.
 */
export function decideAdmission<A extends Applicant>(
  limits: MigrationLimits,
  inFlight: readonly Pick<Applicant, 'source' | 'destination'>[],
  applicants: readonly A[],
): Admission<A> {
  const places = new Places(limits, inFlight);
  const admission: Admission<A> = { admitted: [], waiting: [] };
  for (const applicant of applicants.toSorted(byPriorityThenAge)) {
    const reason = places.obstacle(applicant);
    places.take(applicant, reason === null);
    if (reason === null) admission.admitted.push(applicant);
    else admission.waiting.push({ ...applicant, position: admission.waiting.length + 1, reason });
  }
  return admission;
}

function byPriorityThenAge(a: Applicant, b: Applicant): number {
  const byPriority = PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
  return byPriority || compare(a.requestedAt, b.requestedAt) || compare(a.migration, b.migration);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Direction = 'outgoing' | 'incoming';
const VERB = { outgoing: 'sends', incoming: 'receives' } as const satisfies Record<Direction, string>;

/** What is taken of the limits, and what is kept for those who wait. */
class Places {
  readonly #limits: MigrationLimits;
  readonly #taken = { outgoing: new Map<HostId, number>(), incoming: new Map<HostId, number>() };
  /** Who keeps a place, by host; the first that waits is the first named. */
  readonly #kept = { outgoing: new Map<HostId, VmId[]>(), incoming: new Map<HostId, VmId[]>() };
  #underWay = 0;

  constructor(limits: MigrationLimits, inFlight: readonly Pick<Applicant, 'source' | 'destination'>[]) {
    this.#limits = limits;
    for (const { source, destination } of inFlight) this.#occupy(source, destination);
  }

  /** Why it can't go; null if it can. */
  obstacle({ source, destination }: Applicant): string | null {
    const atHosts = [this.#full('outgoing', source), this.#full('incoming', destination)].filter(
      (each) => each !== null,
    );
    if (atHosts.length > 0) return atHosts.join('; ');
    const { cluster } = this.#limits;
    if (this.#underWay >= cluster) return `the cluster already moves ${this.#underWay} of ${cluster}`;
    const kept = [this.#keptBy('outgoing', source), this.#keptBy('incoming', destination)].filter(
      (each) => each !== null,
    );
    return kept.length > 0 ? kept.join('; ') : null;
  }

  take({ vm, source, destination }: Applicant, goes: boolean): void {
    if (goes) {
      this.#occupy(source, destination);
      return;
    }
    this.#kept.outgoing.set(source, [...(this.#kept.outgoing.get(source) ?? []), vm]);
    this.#kept.incoming.set(destination, [...(this.#kept.incoming.get(destination) ?? []), vm]);
  }

  #occupy(source: HostId, destination: HostId): void {
    this.#taken.outgoing.set(source, this.#count('outgoing', source) + 1);
    this.#taken.incoming.set(destination, this.#count('incoming', destination) + 1);
    this.#underWay += 1;
  }

  #count(direction: Direction, host: HostId): number {
    return this.#taken[direction].get(host) ?? 0;
  }

  #full(direction: Direction, host: HostId): string | null {
    const [count, limit] = [this.#count(direction, host), this.#limits[direction]];
    return count >= limit ? `${host} already ${VERB[direction]} ${count} of ${limit}` : null;
  }

  #keptBy(direction: Direction, host: HostId): string | null {
    const [first, ...others] = this.#kept[direction].get(host) ?? [];
    if (first === undefined) return null;
    const free = this.#limits[direction] - this.#count(direction, host) - 1 - others.length;
    return free > 0 ? null : `${host} keeps its next place for ${first}, which is further ahead`;
  }
}
