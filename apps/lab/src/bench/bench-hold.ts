import type { MigrationDetail } from '@ferry/contracts/http';
import type { MigrationPolicy, VmId } from '@ferry/domain';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab.ts';
import { endedMigration } from './ended-migration.ts';

/** One guest that was held. */
export interface HeldGuest {
  vm: VmId;
  /** What its transfer took of the policy's bandwidth while it was held, by QEMU's count. */
  linkShare: number;
  /** The least that it counted in any second; it counts twenty times a second. */
  leastCounted: number;
  /** From the request to release it until its CPUs stopped. */
  toSwitchoverMs: number;
}

/** What `npm run bench -- --hold SECONDS --json` prints. */
export interface HoldResult {
  seconds: number;
  guests: HeldGuest[];
  /** What both together put on the wire, of the policy's bandwidth. */
  wireShare: number;
}

const GUESTS = { idle: {}, busy: { dirty: { mibPerSecond: 10, workingSetMib: 16 } } } as const;
const [home, away] = ['host-a', 'host-b'] as const;
const lookMs = 1_000;

/**
 * Holds a guest that idles and one that changes its memory before their switchover, looks on, and lets them go one after
 * the other. @throws when a migration does not stay held, or does not complete
 */
export async function benchHold(
  lab: Lab,
  seconds: number,
  policy: MigrationPolicy,
  say: (line: string) => void,
): Promise<HoldResult> {
  const held: Held[] = [];
  for (const [vm, options] of Object.entries(GUESTS)) {
    await lab.createGuest(vm, { host: home, ...options });
    const { id } = await lab.client.submitMigration({ vm, destination: away, hold: true, policy });
    held.push(new Held(lab, vm, String(id)));
  }
  // All memory is there then, and what is left is what the guest goes on changing.
  for (const each of held) while ((await each.look()).rounds < 2) await delay(lookMs);

  const [sentBefore, began] = [await sent(lab), performance.now()];
  const before = await Promise.all(held.map((each) => each.look()));
  for (let said = 0; performance.now() - began < seconds * 1_000;) {
    await delay(lookMs);
    for (const each of held) await each.count();
    const minutes = Math.floor((performance.now() - began) / 60_000);
    if (minutes > said) say(`held for ${(said = minutes)} min`);
  }
  const after = await Promise.all(held.map((each) => each.look()));
  const wireShare = share((await sent(lab)) - sentBefore, performance.now() - began, policy);
  const guests: HeldGuest[] = [];
  for (const [at, each] of held.entries()) {
    const [from, to] = [before[at] as Look, after[at] as Look];
    const linkShare = share(to.bytes - from.bytes, to.at - from.at, policy);
    guests.push({ vm: each.vm, linkShare, leastCounted: each.least, toSwitchoverMs: await each.release() });
  }
  return { seconds, guests, wireShare };
}

interface Look {
  rounds: number;
  bytes: number;
  /** In ms since the epoch. */
  at: number;
}

/** A guest on hold, and how far it has counted. */
class Held {
  readonly vm: VmId;
  least = Infinity;
  readonly #lab: Lab;
  readonly #migration: string;
  #counted: { sequence: number; at: number } | null = null;

  constructor(lab: Lab, vm: VmId, migration: string) {
    this.#lab = lab;
    this.vm = vm;
    this.#migration = migration;
  }

  async look(): Promise<Look> {
    const { state, hold, progress } = await this.#lab.client.migration(this.#migration);
    if (state !== 'running' || hold === null) throw new Error(`The migration of ${this.vm} is ${state}, and not held`);
    const { rounds = 0, transferredBytes = 0, at = '' } = progress ?? {};
    return { rounds, bytes: transferredBytes, at: Date.parse(at) };
  }

  /** Notes how far it has come since the last time, for each second. */
  async count(): Promise<void> {
    const { sequence } = await this.#lab.counter(this.vm);
    const [last, at] = [this.#counted, performance.now()];
    if (last) this.least = Math.min(this.least, ((sequence - last.sequence) / (at - last.at)) * 1_000);
    this.#counted = { sequence, at };
  }

  async release(): Promise<number> {
    const released = Date.now();
    await this.#lab.client.releaseMigration(this.#migration, { reason: 'the measurement is over' });
    const migration = await endedMigration(this.#lab.client, this.#migration);
    if (migration.state !== 'completed') throw new Error(`The migration of ${this.vm} is ${migration.state}`);
    return stoppedAt(migration) - released;
  }
}

function stoppedAt({ phases }: MigrationDetail): number {
  return Date.parse(phases.find(({ phase }) => phase === 'transfer-state')?.startedAt ?? '');
}

async function sent({ network }: Lab): Promise<number> {
  return (await network?.bytesSent(home)) ?? 0;
}

function share(bytes: number, ms: number, { bandwidthBytesPerSecond }: MigrationPolicy): number {
  return Number((bytes / (ms / 1_000) / bandwidthBytesPerSecond).toFixed(5));
}
