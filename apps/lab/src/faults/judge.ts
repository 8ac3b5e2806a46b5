import { everyItem } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';
import { isTerminal, ownerOf, type HostId } from '@ferry/domain';
import { until } from '../until.ts';
import type { CounterReport } from '../guest/counter.ts';
import { complaints, processesOf, secretsOn, tracesOn } from './copies.ts';
import type { Move, Scene } from './scene.ts';
import { passing } from './settle.ts';

/** Agents are given this long to tidy up after a fault, in ms. */
const tidyWithinMs = 12_000;

/** Waits until the guest has booted more often than so many times, by its own word. */
export async function counting({ lab, guest }: Pick<Scene, 'lab' | 'guest'>, boots: number): Promise<void> {
  await until(
    'the guest counts',
    () => lab.counter(guest),
    (report) => report.boots > boots,
  );
}

/** One process at the most, one boot, one writer. */
export async function judgeOne(scene: Scene, before: CounterReport): Promise<string[]> {
  const { whole, problems, boots } = await scene.lab.counter(scene.guest);
  const running = await shrinks(() => Promise.resolve(processesOf(scene).slice(1)));
  return [
    ...(whole ? [] : problems),
    ...(boots === before.boots ? [] : [`it booted ${boots - before.boots} times more`]),
    ...running.map((folder) => `a second QEMU runs in ${folder}`),
    ...(await complaints(scene)),
  ];
}

/** The guest counts on, where record and API say that it is; null instead of a host where it must have ended. */
export async function judgeGuest(scene: Scene, owner: HostId | null): Promise<string[]> {
  const { lab, guest } = scene;
  if (owner === null) {
    const stopped = () => lab.witnessRecord(guest).then((record) => record?.kind === 'stopped');
    const ended = () =>
      lab.client
        .virtualMachine(guest)
        .catch(passing)
        .then((vm) => vm?.status === 'stopped');
    return [
      ...(await holds(stopped, 'it died, and its record is not stopped')),
      ...(await holds(ended, 'it died, and the API does not show it stopped')),
    ];
  }
  const { sequence } = await lab.counter(guest);
  const counts = () => lab.counter(guest).then((report) => report.sequence > sequence);
  const told = () =>
    lab.client
      .virtualMachine(guest)
      .catch(passing)
      .then((vm) => vm?.status === 'running' && vm.host === owner && vm.owner === owner);
  return [
    ...(await holds(counts, 'the guest does not run')),
    ...(await holds(told, `the API does not show it running on ${owner}`)),
  ];
}

/** Nothing is left on hosts that are not the guest's, and no secret on any. */
export async function judgeClean(scene: Scene, owner: HostId | null): Promise<string[]> {
  const elsewhere = scene.lab.hosts.filter((host) => host !== owner);
  return shrinks(async () => {
    const traces = await Promise.all(elsewhere.map((host) => tracesOn(scene, host)));
    const secrets = await Promise.all(scene.lab.hosts.map((host) => secretsOn(scene, host)));
    return [...traces, ...secrets].flat().filter((trace) => !scene.leftBefore.has(trace));
  });
}

/** Numbered without a gap from the request to the end, and of one mind with record and API. */
export async function judgeHistory({ lab, guest }: Move, migration: MigrationDetail, dead: boolean): Promise<string[]> {
  const said: string[] = [];
  const actions: string[] = [];
  const page = (cursor: string | undefined) =>
    lab.client.audit({ migration: migration.id, order: 'oldest-first', cursor });
  for await (const entry of everyItem(page)) {
    // A verb that was refused is no event of it.
    if (entry.sequence === null) continue;
    if (entry.sequence !== actions.push(entry.action))
      said.push(`entry ${actions.length} is ${String(entry.sequence)}`);
  }
  const ends = actions.filter((action) => isTerminal(action.replace('migration.', '') as MigrationDetail['state']));
  if (actions[0] !== 'migration.requested') said.push(`begins with ${String(actions[0])}`);
  if (actions.at(-1) !== `migration.${migration.state}` || ends.length !== 1)
    said.push(`ends with ${String(actions.at(-1))}, and it is ${migration.state}`);
  const owner = ownerOf(await lab.witnessRecord(guest));
  if (!dead && owner !== migration.owner)
    said.push(`it says ${String(migration.owner)}, and the record ${String(owner)}`);
  return said;
}

async function holds(ask: () => Promise<boolean>, otherwise: string): Promise<string[]> {
  return until(otherwise, ask, Boolean, tidyWithinMs).then(
    () => [],
    () => [otherwise],
  );
}

/** What is left of it when nothing more goes away. */
async function shrinks(look: () => Promise<string[]>): Promise<string[]> {
  return until('nothing is left', look, (left) => left.length === 0, tidyWithinMs).catch(look);
}
