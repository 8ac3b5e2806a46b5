import { readConfig, Lab, labFolder, type CounterReport, type LabOptions } from '@ferry/lab';
import type { MigrationDetail, SubmitMigrationBody, SubmittedMigration } from '@ferry/contracts/http';
import { ownerOf, PHASES, TERMINAL_STATES } from '@ferry/domain';
import { everyItem } from '@ferry/client';
import { expect, onTestFinished } from 'vitest';

/** A lab of the test's own, which is gone afterwards without a trace, or the test fails. */
export async function labUnderTest(name: string, options: Partial<LabOptions> = {}): Promise<Lab> {
  const directory = labFolder(`test-${name}`);
  const lab = await Lab.start({ directory, hosts: 2, environment: readConfig().inherited, actor: 'test', ...options });
  // It throws when anything of it is left.
  onTestFinished(() => lab.stop(), 60_000);
  return lab;
}

/** Submits a migration and follows it. `reached` is called with each line of its history, as it is written. */
export function migrate(
  lab: Lab,
  request: SubmitMigrationBody,
  reached?: (milestone: string) => void,
): Promise<MigrationDetail> {
  return follow(lab, () => lab.client.submitMigration(request), reached);
}

/** Follows what is submitted, as `migrate` does. */
export async function follow(
  lab: Lab,
  submit: () => Promise<SubmittedMigration>,
  reached: (milestone: string) => void = () => undefined,
): Promise<MigrationDetail> {
  const steps = lab.client.follow({ signal: AbortSignal.timeout(150_000) });
  let id: string | null = null;
  for await (const step of steps) {
    if (step.kind === 'connected') id ??= (await submit()).id;
    if (step.kind === 'progress' && step.progress.migration === id) reached('progress');
    if (step.kind !== 'history' || step.entry.migration !== id || id === null) continue;
    reached(step.entry.action);
    if (TERMINAL_STATES.some((state) => step.entry.action === `migration.${state}`)) return lab.client.migration(id);
  }
  throw new Error('The stream of events has ended before the migration');
}

/** Calls `act` once, the first time that `milestone` is reached. */
export function at<T>(
  milestone: string,
  act: () => Promise<T>,
): { reached: (milestone: string) => void; done: () => Promise<T> } {
  let acted: Promise<T> | null = null;
  return {
    reached: (each) => {
      if (each === milestone) acted ??= act();
    },
    done: async () => {
      if (acted === null) throw new Error(`${milestone} was never reached`);
      return acted;
    },
  };
}

/** The guest's CPUs have stopped: it no longer counts. */
export async function untilItStandsStill(lab: Lab, guest: string): Promise<void> {
  let last = -1;
  const standsStill = async () => {
    const { sequence } = await lab.counter(guest);
    const same = sequence === last;
    last = sequence;
    return same;
  };
  // It counts every 50 ms, so a look every 400 ms can't meet the same count twice while it runs.
  await expect.poll(standsStill, { timeout: 30_000, interval: 400 }).toBe(true);
}

/** The guest lives on this host, by all who can tell: the record, the API, its client, and its counter, which never forked nor went back. */
export async function expectGuestLives(lab: Lab, guest: string, host: string, before: CounterReport): Promise<void> {
  expect(ownerOf(await lab.witnessRecord(guest))).toBe(host);
  await expect
    .poll(() => lab.client.virtualMachine(guest), { timeout: 10_000 })
    .toMatchObject({ status: 'running', host, owner: host });
  const then = await lab.counter(guest);
  await expect
    .poll(async () => (await lab.counter(guest)).sequence, { timeout: 10_000 })
    .toBeGreaterThan(then.sequence);
  const after = await lab.counter(guest);
  expect(after).toMatchObject({ whole: true, problems: [], boots: before.boots });
  expect(after.sequence).toBeGreaterThan(before.sequence);
  // A modelled guest has no client.
  if (lab.simulated) return;
  const probe = lab.guestProbe(guest);
  expect((await probe?.report())?.session).toMatchObject({ alive: true });
  expect((await probe?.status())?.dirty).toMatchObject({ corruptPages: 0 });
}

/** Postgres holds all of it: every event, numbered without a gap, from the request to the end. */
export async function expectWholeHistory(lab: Lab, migration: MigrationDetail): Promise<string[]> {
  const actions: string[] = [];
  let sequence = 0;
  for await (const entry of everyItem((cursor) =>
    lab.client.audit({ migration: migration.id, order: 'oldest-first', cursor }),
  )) {
    // A verb that was refused is no event of it.
    if (entry.sequence === null) continue;
    expect(entry.sequence).toBe((sequence += 1));
    actions.push(entry.action);
  }
  expect(actions.at(0)).toBe('migration.requested');
  expect(actions.at(-1)).toBe(`migration.${migration.state}`);
  if (migration.state === 'completed')
    expect(migration.phases.map(({ phase, state }) => `${phase} ${state}`)).toEqual(
      PHASES.map((phase) => `${phase} completed`),
    );
  return actions;
}
