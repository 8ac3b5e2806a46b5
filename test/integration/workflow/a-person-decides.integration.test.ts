import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  hostQueue,
  STATE_QUERY,
  type DecideRequest,
  type MigrationSnapshot,
} from '@ferry/contracts';
import type { Evidence, MigrationPlan } from '@ferry/domain';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts, type HostActivities } from './stand-in-hosts.ts';

const ada: DecideRequest = { actor: 'ada', reason: 'fenced', owner: 'host-b', confirmation: 'web-1 host-b' };

function evidence(host: string, copy: string, decision: string): Evidence {
  const ruling = { decision, reason: 'as it is' };
  return { host, at: '', record: null, copy, ruling, progress: null, lastWords: '', journal: [] };
}

/** Calling off is tried for ever: the source does not say what became of its copy. */
async function waitingForAPerson(
  gatherEvidence: HostActivities['gatherEvidence'],
  others: Partial<HostActivities> = {},
) {
  const hosts = await StandInHosts.start({
    transferMemory: () => Promise.reject(ApplicationFailure.nonRetryable('broken', 'TRANSFER_FAILED')),
    withdraw: () => Promise.reject(ApplicationFailure.nonRetryable('it does not say', 'HYPERVISOR_SILENT')),
    gatherEvidence,
    ...others,
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const state = () => migration.query<MigrationSnapshot>(STATE_QUERY);
  await expect.poll(async () => (await state()).testimonies.length, { timeout: 20_000 }).toBe(2);
  const decide = (change: Partial<DecideRequest>) =>
    migration.executeUpdate(DECIDE_UPDATE, { args: [{ ...ada, ...change }] });
  return { hosts, migration, state, decide };
}

function codeOf(error: unknown): unknown {
  return error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure
    ? error.cause.type
    : error;
}

test('the source is lost: a person sees what both hosts say, and gives the guest to the destination by a confirmed word', async () => {
  const { hosts, migration, state, decide } = await waitingForAPerson((plan: MigrationPlan) =>
    Context.current().info.taskQueue === hostQueue('host-a', 'control')
      ? Promise.reject(ApplicationFailure.nonRetryable('gone', 'HOST_GONE'))
      : Promise.resolve(evidence(plan.destination, 'settled', 'destroy')),
  );
  expect(await state()).toMatchObject({
    outlook: { owner: null, cancel: { allowed: true }, irreversible: null },
    testimonies: [
      { host: 'host-a', silence: 'gone' },
      { host: 'host-b', evidence: { copy: 'settled' } },
    ],
  });
  expect(codeOf(await decide({ confirmation: 'yes' }).catch((error: unknown) => error))).toBe('DECISION_NOT_CONFIRMED');
  expect(codeOf(await decide({ owner: 'host-a', confirmation: 'web-1 host-a' }).catch((error: unknown) => error))).toBe(
    'HOST_GONE',
  );
  await expect(decide({})).resolves.toEqual({ owner: 'host-b', runs: true, generation: 5, cutOff: ['disk0'] });
  await expect(migration.result()).resolves.toMatchObject({
    state: 'failed',
    owner: 'host-b',
    failure: { code: 'DECIDED_BY_PERSON' },
  });
  expect(hosts.deeds).not.toContain('discardDestination');
  expect(hosts.told.slice(-2)).toEqual(['decided-by-person', 'failed']);
  expect(hosts.events).toContainEqual(expect.objectContaining({ type: 'decided-by-person', cutOff: ['disk0'] }));
});

test('as long as the source can tell whose the guest is, nobody may decide, and the migration waits on unharmed', async () => {
  const { migration, state, decide } = await waitingForAPerson((plan) =>
    Promise.resolve(evidence(plan.source, 'settled', 'resume')),
  );
  expect(codeOf(await decide({}).catch((error: unknown) => error))).toBe('NOTHING_TO_DECIDE');
  expect((await state()).state.state).toBe('needs-attention');
  await migration.startUpdate(CANCEL_UPDATE, { args: [{ actor: 'ada', reason: null }], waitForStage: 'ACCEPTED' });
});

test('two people decide at once, each for another host: one is obeyed, and the other hears of it', async () => {
  const { hosts, migration, decide } = await waitingForAPerson(
    ({ source, destination }: MigrationPlan) =>
      Promise.resolve(
        Context.current().info.taskQueue === hostQueue(source, 'control')
          ? evidence(source, 'unknown', 'undecidable')
          : evidence(destination, 'settled', 'destroy'),
      ),
    { assign: () => pause(1_000).then(() => ({ runs: true, generation: 5, cutOff: [] })) },
  );
  const answers = await Promise.allSettled([
    decide({}),
    decide({ actor: 'bob', owner: 'host-a', confirmation: 'web-1 host-a' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = answers.find((answer) => answer.status === 'rejected');
  expect(codeOf(refused?.reason)).toBe('NOTHING_TO_DECIDE');
  await migration.result();
  expect(hosts.deeds.filter((deed) => deed === 'assign')).toHaveLength(1);
});
