import {
  FORCE_UPDATE,
  HOLD_UPDATE,
  RELEASE_UPDATE,
  STATE_QUERY,
  TUNE_UPDATE,
  type MigrationSnapshot,
} from '@ferry/contracts';
import { DEFAULT_POLICY, type MigrationPlan } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { endless, StandInHosts, type HostActivities } from './stand-in-hosts.ts';

const ada = { actor: 'ada', reason: 'maintenance' };
const bob = { actor: 'bob', reason: null };

type Told = { plan: MigrationPlan; force: boolean };

/** A migration that copies memory until it is told to go on, and what its source was told meanwhile. */
async function copying(overrides: Partial<HostActivities> = {}, options: { hold?: boolean } = {}) {
  const memory = new Milestone();
  const told: Told[] = [];
  const hosts = await StandInHosts.start({
    transferMemory: () => {
      memory.reach();
      return endless();
    },
    transferState: endless,
    transferStorage: endless,
    steer: (plan, { force }) => {
      told.push({ plan, force });
      return Promise.resolve();
    },
    ...overrides,
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate(options);
  await memory.reached;
  return { hosts, migration, told };
}

const ask = (migration: WorkflowHandle, verb: string, request: object) =>
  migration.executeUpdate(verb, { args: [request] });

async function refusalOf(asked: Promise<unknown>): Promise<{ code: string; detail: string }> {
  try {
    await asked;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (cause instanceof ApplicationFailure) return { code: cause.type ?? '', detail: cause.message };
    throw error;
  }
  throw new Error('it was done');
}

const snapshotOf = (migration: WorkflowHandle) => migration.query<MigrationSnapshot>(STATE_QUERY);

describe('a migration under way', () => {
  test('is held and released: the source is told, whoever asks sees by whom, and history has both', async () => {
    const { hosts, migration, told } = await copying();
    const hold = { by: 'ada', reason: 'maintenance', since: expect.any(String) as unknown };
    await expect(ask(migration, HOLD_UPDATE, ada)).resolves.toMatchObject({ hold, policy: DEFAULT_POLICY });
    expect((await snapshotOf(migration)).hold).toMatchObject(hold);
    expect(await refusalOf(ask(migration, HOLD_UPDATE, bob))).toMatchObject({ code: 'ALREADY_HELD' });
    await expect(ask(migration, RELEASE_UPDATE, bob)).resolves.toMatchObject({ hold: null });
    expect(await refusalOf(ask(migration, RELEASE_UPDATE, bob))).toMatchObject({ code: 'NOT_HELD' });
    expect(told.map(({ plan }) => plan)).toMatchObject([
      { gate: 'shut', revision: 2 },
      { gate: 'open', revision: 3 },
    ]);
    await expect
      .poll(() => hosts.events, { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'gate-shut', ...ada }),
          expect.objectContaining({ type: 'gate-opened', ...bob }),
        ]),
      );
  });

  test('that was submitted held begins its transfer with the gate shut', async () => {
    const plans: MigrationPlan[] = [];
    const { hosts, migration } = await copying({ createDestination: agreed(plans) }, { hold: true });
    expect(plans).toMatchObject([{ gate: 'shut' }]);
    expect((await snapshotOf(migration)).hold).toMatchObject({ by: 'ada' });
    await expect.poll(() => hosts.told, { timeout: 10_000 }).toContain('gate-shut');
  });

  test('is tuned: the source is told, and every later attempt has the new limits', async () => {
    const { hosts, migration, told } = await copying();
    const policy = { bandwidthBytesPerSecond: 200 * 1024 ** 2 };
    await expect(ask(migration, TUNE_UPDATE, { ...ada, policy })).resolves.toMatchObject({ policy, hold: null });
    expect(told).toMatchObject([{ plan: { policy: { ...DEFAULT_POLICY, ...policy } }, force: false }]);
    expect((await snapshotOf(migration)).plan.policy).toMatchObject(policy);
    await expect.poll(() => hosts.events.at(-1), { timeout: 10_000 }).toMatchObject({ type: 'tuned', ...ada, policy });
  });

  test('is not tuned to what is absurd: the field and its range are named, and the source hears nothing', async () => {
    const { migration, told } = await copying();
    const absurd = { ...ada, policy: { downtimeLimitMs: 0 } };
    expect(await refusalOf(ask(migration, TUNE_UPDATE, absurd))).toEqual({
      code: 'VALIDATION_FAILED',
      detail: 'downtimeLimitMs: must be a whole number from 1 to 60000.',
    });
    const other = { ...ada, policy: { stallLimitMs: 2_000 } };
    expect(await refusalOf(ask(migration, TUNE_UPDATE, other))).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await refusalOf(ask(migration, TUNE_UPDATE, { ...ada, policy: {} }))).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    expect(told).toEqual([]);
  });

  test('is forced, also while it is held: the gate opens, with the stated downtime as its limit', async () => {
    const { hosts, migration, told } = await copying({}, { hold: true });
    const force = { ...bob, downtimeMs: 4_000 };
    await expect(ask(migration, FORCE_UPDATE, force)).resolves.toMatchObject({ hold: null });
    expect(told).toMatchObject([{ plan: { gate: 'open', policy: { downtimeLimitMs: 4_000 } }, force: true }]);
    await expect.poll(() => hosts.events.at(-1), { timeout: 10_000 }).toMatchObject({ type: 'forced', ...force });
  });

  test('that its source refuses to steer is as it was before, and says why', async () => {
    const detail = 'at least 900 ms are expected to be needed now';
    const { hosts, migration } = await copying({
      steer: () => Promise.reject(ApplicationFailure.nonRetryable(detail, 'DOWNTIME_TOO_SHORT')),
    });
    const refused = await refusalOf(ask(migration, FORCE_UPDATE, { ...ada, downtimeMs: 500 }));
    expect(refused).toEqual({ code: 'DOWNTIME_TOO_SHORT', detail });
    expect((await snapshotOf(migration)).plan).toMatchObject({ gate: 'open', policy: DEFAULT_POLICY });
    expect(hosts.told).not.toContain('forced');
  });

  test('whose source does not say whether it has obeyed tells it what is in force, until it hears', async () => {
    const heard: MigrationPlan[] = [];
    const { migration } = await copying({
      steer: (plan) => {
        if (plan.gate === 'shut')
          return Promise.reject(ApplicationFailure.nonRetryable('no answer', 'HYPERVISOR_SILENT'));
        heard.push(plan);
        return Promise.resolve();
      },
    });
    expect(await refusalOf(ask(migration, HOLD_UPDATE, ada))).toMatchObject({ code: 'HYPERVISOR_SILENT' });
    await expect.poll(() => heard, { timeout: 10_000 }).toMatchObject([{ gate: 'open', revision: 3 }]);
    expect((await snapshotOf(migration)).hold).toBeNull();
  });

  test('is not forced before it copies memory', async () => {
    const preflight = new Milestone();
    const hosts = await StandInHosts.start({
      inspectSource: () => {
        preflight.reach();
        return endless();
      },
    });
    onTestFinished(() => hosts.stop());
    const migration = await hosts.migrate();
    await preflight.reached;
    const force = ask(migration, FORCE_UPDATE, { ...ada, downtimeMs: 500 });
    expect(await refusalOf(force)).toMatchObject({ code: 'TRANSFER_NOT_BEGUN' });
  });
});

test('after the pivot nothing is steered any more', async () => {
  const online = new Milestone();
  const hosts = await StandInHosts.start({
    bringOnline: () => {
      online.reach();
      return endless();
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await expect.poll(async () => (await snapshotOf(migration)).pivotPassed, { timeout: 10_000 }).toBe(true);
  for (const [verb, request] of [
    [HOLD_UPDATE, ada],
    [RELEASE_UPDATE, ada],
    [TUNE_UPDATE, { ...ada, policy: { downtimeLimitMs: 5 } }],
    [FORCE_UPDATE, { ...ada, downtimeMs: 500 }],
  ] as const) {
    expect(await refusalOf(ask(migration, verb, request))).toMatchObject({ code: 'SWITCHOVER_BEGUN' });
  }
});

function agreed(plans: MigrationPlan[]): HostActivities['createDestination'] {
  return (plan) => {
    plans.push(plan);
    const now = new Date().toISOString();
    return Promise.resolve({
      ...{ host: 'host-b', attempts: 1, startedAt: now, finishedAt: now },
      result: { uri: 'tcp:127.0.0.1:1', streamKey: 'b' },
    });
  };
}
