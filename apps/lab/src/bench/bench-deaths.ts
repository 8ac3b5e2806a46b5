import { isTerminal, ownerOf, type HostId, type MigrationPolicy, type VmId } from '@ferry/domain';
import { setTimeout as delay } from 'node:timers/promises';
import { agentName } from '../control-plane.ts';
import { until } from '../until.ts';
import type { Moment } from '../faults/moment.ts';
import { reach } from '../faults/reach.ts';
import { POLICY, type Move } from '../faults/scene.ts';
import { guestProcess } from '../guest-process.ts';
import type { Lab } from '../lab.ts';
import { median } from './statistics.ts';

/** What `npm run bench -- --deaths N --json` prints, in ms. */
export interface DeathsResult {
  times: number;
  deaths: Record<string, { median: number; most: number }>;
}

/** Somebody dies in the handover. */
interface Death {
  readonly moment: Moment;
  readonly agents: (move: Move) => HostId[];
  /** The destination's QEMU dies with its agent, and the agent comes back when all is over. */
  readonly host?: true;
}

const DEATHS = {
  'source agent': { moment: 'switchover', agents: ({ source }) => [source] },
  'destination agent': { moment: 'released', agents: ({ destination }) => [destination] },
  'both agents': { moment: 'released', agents: ({ source, destination }) => [source, destination] },
  'destination host': { moment: 'released', agents: ({ destination }) => [destination], host: true },
} as const satisfies Record<string, Death>;

const [home, away] = ['host-a', 'host-b'] as const;
const lookMs = 2;
const countsAgainWithinMs = 30_000;

/**
 * Lets agents, and the destination's whole host, die while the guest's CPUs stand still, each so many times, and measures
 * until the guest counts again: from the start of the agents, or beyond the policy's blackout limit from the release on.
 * It counts every 50 ms. @throws when it does not count again
 */
export async function benchDeaths(
  lab: Lab,
  times: number,
  policy: MigrationPolicy,
  say: (line: string) => void,
): Promise<DeathsResult> {
  const guest = 'deaths';
  await lab.createGuest(guest, { host: home, dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const deaths: DeathsResult['deaths'] = {};
  for (const [name, death] of Object.entries<Death>(DEATHS)) {
    const measured: number[] = [];
    for (let time = 1; time <= times; time += 1) {
      const ms = await die(lab, guest, death, policy);
      measured.push(ms);
      say(`${name}, ${time} of ${times}: ${ms} ms`);
    }
    deaths[name] = { median: Math.round(median(measured)), most: Math.max(...measured) };
  }
  return { times, deaths };
}

async function die(lab: Lab, guest: VmId, death: Death, policy: MigrationPolicy): Promise<number> {
  const record = await lab.witnessRecord(guest);
  const source = ownerOf(record) ?? home;
  const destination = source === home ? away : home;
  const { id } = await lab.client.submitMigration({ vm: guest, destination, policy: { ...policy, ...POLICY } });
  const generation = record?.generation ?? 0;
  const move: Move = { lab, guest, source, destination, migration: String(id), generation, leftBefore: new Set() };
  await reach(death.moment, move);
  // What a record says of its time is when it was prepared.
  const reachedAt = Date.now();
  const agents = death.agents(move).map((host) => lab.part(agentName(host)));
  await Promise.all([
    ...agents.map((agent) => agent.kill9()),
    death.host && guestProcess(lab.layout, destination, guest)?.kill9(),
  ]);
  const { sequence } = await lab.counter(guest);
  const begun = Date.now();
  const back = death.host ? [] : agents.map((agent) => agent.restart());
  const countedAt = await counts(lab, guest, sequence);
  await Promise.all(back);
  if (death.host) for (const agent of agents) await agent.restart();
  await until(
    'the migration has ended',
    () => lab.client.migration(String(id)),
    ({ state }) => isTerminal(state),
    60_000,
  );
  return countedAt - (death.host ? reachedAt + policy.blackoutLimitMs : begun);
}

/** When the guest had counted on, in ms since the epoch. */
async function counts(lab: Lab, guest: VmId, from: number): Promise<number> {
  const deadline = Date.now() + countsAgainWithinMs;
  for (;;) {
    if ((await lab.counter(guest)).sequence > from) return Date.now();
    if (Date.now() > deadline) throw new Error(`The guest stands still for more than ${countsAgainWithinMs / 1_000} s`);
    await delay(lookMs);
  }
}
