import { setTimeout as pause } from 'node:timers/promises';
import {
  FerryError,
  type ErrorCode,
  type HandleRecord,
  type Instant,
  type SourceCopy,
  type TransferStatistics,
} from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { unlessUnreachable } from '../witness/unless-unreachable.ts';
import type { PreparedClaim } from '../witness/witness.ts';
import { lookAtSource, missingFact, type Seen, type SourceView } from './look.ts';
import { switchOver, transferFailed } from './switch-over.ts';
import { takeBack } from './take-back.ts';

/** The source waits for another host's word without its guest waiting for it. */
const startedPollMs = 5;
const undecidablePauseMs = 100;

export interface HandedOver {
  generation: number;
  stoppedAt: Instant;
  releasedAt: Instant;
  statistics: TransferStatistics;
}

export interface HandOver {
  /** All that can be done before the blackout is done. */
  ready: Promise<void>;
  done: Promise<HandedOver>;
}

/** The source's part of the handover: run by the armed phase, or by the agent itself after a restart, whoever is first. */
export function handOver(services: AgentServices, session: MigrationSession): HandOver {
  return session.share('hand-over', () => {
    const release = prepareRelease(services, session);
    const begun = release.catch((error: unknown) => {
      // A transfer that goes on has to be seen through: what could not be written ahead is written when its time comes.
      if (session.transferBegun) return null;
      throw error;
    });
    const done = begun.then((claim) => run(services, session, claim).finally(() => claim?.discard()));
    const ready = release.then(() => undefined);
    // Not everybody who waits for the end waits for the beginning; its failure is the end's too.
    ready.catch(() => undefined);
    return { value: { ready, done }, failed: done };
  });
}

async function run(
  services: AgentServices,
  session: MigrationSession,
  release: PreparedClaim | null,
): Promise<HandedOver> {
  const { vm, policy } = session.plan;
  const machine = services.sessions.of(vm);
  let seen: Seen<SourceCopy> = {};
  let unwritableSince: number | null = null;
  for (;;) {
    const view = await machine
      .exclusively(async () => {
        session.signal.throwIfAborted();
        const looked = await lookAtSource(services, vm, 'hand-over', seen);
        if (looked.decision === 'release') await append(services, session, looked.record as HandleRecord, release);
        if (looked.decision === 'stop') {
          await services.witness.append(vm, looked.record as HandleRecord, { kind: 'stopped', host: services.host });
        }
        // The guest has ended, here or where it went, and with it its migration: nobody asks for what its copy has left
        // here to be retired any more.
        const over = looked.decision === 'retire' || looked.decision === 'give-up';
        if (looked.decision === 'stop' || (over && hasEnded(looked.record)))
          await services.hypervisor.end(vm, 'at-once');
        if (looked.decision === 'wait') await refuseEnded(services, session, looked.copy);
        return looked;
      })
      .catch(unlessUnreachable);
    if (view instanceof FerryError) {
      session.doubt(view);
      unwritableSince ??= performance.now();
      // The record can be read, and not be written: what is not released need not stand still for longer.
      if (performance.now() - unwritableSince > policy.blackoutLimitMs)
        return takenBack(services, session, 'BLACKOUT_TOO_LONG', `its release could not be written: ${view.message}`);
      await pause(undecidablePauseMs);
      seen = {};
      continue;
    }
    const { record, copy, decision } = view;
    session.doubt(decision === 'undecidable' ? missingFact(view) : null);
    switch (decision) {
      case 'wait':
        if (copy === 'settled' || copy === 'serving') {
          const result = await awaitStart(services, session, record as HandleRecord, copy);
          if (result !== 'declined') return result;
          seen = { copy };
          break;
        }
        seen = await switchOver(services, session, copy);
        // The release itself fails if another record has followed this one.
        if (seen.copy === 'settled' || seen.copy === 'serving') seen.record = record as HandleRecord;
        break;
      // Done above; what it led to is seen in the next look.
      case 'release':
        seen = { copy };
        break;
      case 'stop':
        throw guestGone(`the guest has ended at ${services.host}: ${view.reason}`);
      case 'serve':
      case 'retire':
      case 'give-up':
        if (hasEnded(record)) throw guestGone(`the guest has ended at ${record.host}`);
        return handedOver(services, session);
      case 'undecidable':
        // Both copies are held until the missing fact is there; nothing tells when.
        await pause(undecidablePauseMs);
        seen = {};
        break;
      case 'reclaim':
        return takenBack(services, session, 'DESTINATION_DIED', view.reason);
      // An agent that died while it took the guest back has left something to do.
      case 'keep':
      case 'resume':
      case 'cancel-transfer':
        return takenBack(services, session, 'TRANSFER_WITHDRAWN', view.reason);
      case 'hold':
      case 'end':
      case 'refuse':
        throw new Error(`handing over never leads to ${decision}`);
    }
  }
}

/** An earlier attempt's transfer has ended without a handover: there is nothing left to wait for. */
async function refuseEnded(services: AgentServices, session: MigrationSession, copy: SourceCopy): Promise<void> {
  const stage = services.hypervisor.source.stage(session.plan.vm);
  const over = stage === 'failed' || stage === 'cancelled' || stage === 'settled';
  if (session.transferBegun && over && (copy === 'running' || copy === 'paused'))
    await transferFailed(services, session, stage);
}

/** Waits until the destination has started the guest; if it does not in the policy's time, takes it back, unless post-copy has begun. */
async function awaitStart(
  services: AgentServices,
  session: MigrationSession,
  record: HandleRecord,
  copy: 'settled' | 'serving',
): Promise<HandedOver | 'declined'> {
  const { vm, policy } = session.plan;
  const { witness } = services;
  // Its figures are needed anyway, and the source has the time now.
  const result = handedOver(services, session);
  // Whoever takes the guest back instead does not look at it.
  result.catch(() => undefined);
  // By a clock that nobody sets: an agent that is new here may find the wall's another.
  const leftMs = Math.max(0, Math.ceil(policy.blackoutLimitMs - session.journal.msSince('released')));
  const limit = copy === 'serving' ? new AbortController().signal : AbortSignal.timeout(leftMs);
  const ended = AbortSignal.any([limit, session.signal]);
  for (;;) {
    try {
      const next = await witness.next(vm, record.generation, ended, startedPollMs);
      return next.kind === 'declined' ? 'declined' : await result;
    } catch (error) {
      session.signal.throwIfAborted();
      if (limit.aborted) break;
      if (!isUnreachable(error)) throw error;
      await pause(undecidablePauseMs);
    }
  }
  return takenBack(
    services,
    session,
    'BLACKOUT_TOO_LONG',
    `not started within ${policy.blackoutLimitMs} ms of its release`,
  );
}

/** Takes the guest back, and fails with the code unless the destination was first after all. */
async function takenBack(
  services: AgentServices,
  session: MigrationSession,
  code: ErrorCode,
  why: string,
): Promise<HandedOver> {
  for (;;) {
    try {
      const machine = services.sessions.of(session.plan.vm);
      const back = await machine.exclusively(() => takeBack(services, session, 'reclaim'));
      if (back.outcome === 'moved' || back.outcome === 'released') return await handedOver(services, session);
      throw back.outcome === 'ended'
        ? guestGone(back.explanation)
        : new FerryError(code, `${why}; ${back.explanation}`);
    } catch (error) {
      session.signal.throwIfAborted();
      if (!isUnreachable(error)) throw error;
      await pause(undecidablePauseMs);
    }
  }
}

/** The record can't lead anywhere but `released` while this copy is the owner's, so the claim is written ahead. */
async function prepareRelease(services: AgentServices, session: MigrationSession): Promise<PreparedClaim | null> {
  const { vm } = session.plan;
  const { record, decision } = await lookAtSource(services, vm, 'hand-over');
  if (decision !== 'wait' || record === null || record === 'unreachable' || record.kind === 'released') return null;
  return services.witness.prepare(vm, record.generation + 1, releaseOf(services, session));
}

async function append(
  { witness, ...services }: AgentServices,
  session: MigrationSession,
  record: HandleRecord,
  prepared: PreparedClaim | null,
): Promise<void> {
  const { vm } = session.plan;
  const swap =
    prepared?.record.generation === record.generation + 1
      ? // Lost with the power, it would be followed by nothing: no need to wait for the disk while the guest does.
        await prepared.commit({ durable: false })
      : await witness.append(vm, record, releaseOf(services, session));
  if (swap === 'won') session.journal.append({ name: 'released', generation: record.generation + 1 });
}

function hasEnded(record: SourceView['record']): record is HandleRecord & { kind: 'stopped' } {
  return record !== null && record !== 'unreachable' && record.kind === 'stopped';
}

function guestGone(reason: string): FerryError {
  return new FerryError('GUEST_GONE', reason);
}

function releaseOf({ host }: Pick<AgentServices, 'host'>, { plan }: MigrationSession) {
  return { kind: 'released', source: host, destination: plan.destination, migration: plan.migration } as const;
}

async function handedOver({ hypervisor, witness }: AgentServices, session: MigrationSession): Promise<HandedOver> {
  const { plan, journal } = session;
  const released = journal.last('released');
  const [measured, record] = await Promise.all([
    hypervisor.source.statistics(plan.vm).catch(() => null),
    released ?? witness.read(plan.vm),
  ]);
  // An agent that died between the swap and this word left none; without it a copy that is retired would pass for a riddle.
  if (!released && record) journal.append({ name: 'released', generation: record.generation });
  if (measured) journal.append({ name: 'measured', statistics: measured });
  const now = new Date().toISOString();
  return {
    generation: record?.generation ?? 0,
    stoppedAt: journal.last('switching-over')?.stoppedAt ?? now,
    releasedAt: record?.at ?? now,
    // Of a copy that died after it had handed over there are no figures any more.
    statistics: measured ?? journal.last('measured')?.statistics ?? noStatistics,
  };
}

const noStatistics: TransferStatistics = { downtimeMs: 0, totalMs: 0, setupMs: 0, transferredBytes: 0, rounds: 0 };

function isUnreachable(error: unknown): boolean {
  return error instanceof FerryError && error.code === 'WITNESS_UNREACHABLE';
}
