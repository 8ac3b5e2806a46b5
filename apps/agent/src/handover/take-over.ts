import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type DestinationCopy, type HandleRecord, type Instant } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { CopyGone } from '../hypervisor/port.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { unlessUnreachable } from '../witness/unless-unreachable.ts';
import type { PreparedClaim } from '../witness/witness.ts';
import { forgetSecret } from '../stream/forget-secret.ts';
import { decline } from './decline.ts';
import { fetchRest } from './fetch-rest.ts';
import { goOnline, type Online } from './go-online.ts';
import { lookAtDestination, missingFact, type DestinationView, type Seen } from './look.ts';

const undecidablePauseMs = 100;
/** QEMU may need a moment to get the image locks that the source has just let go of; it announces that by nothing. */
const runPatienceMs = 5_000;
const runAgainMs = 10;

export interface TakeOver {
  /** All that can be done before the blackout is done. */
  ready: Promise<void>;
  /** Nothing is left to do here now: it waits for a fact that others make. */
  waiting: Promise<void>;
  started: Promise<{ generation: number; startedAt: Instant }>;
  running: Promise<Online>;
}

/** The destination's part of the handover: run by the armed phases, or by the agent itself after a restart. */
export function takeOver(services: AgentServices, session: MigrationSession): TakeOver {
  return session.share('take-over', () => {
    const claim = prepareStart(services, session);
    let waits: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (waits = resolve));
    const pivot = claim.then((prepared) =>
      start(services, session, prepared, waits).finally(() => prepared?.discard()),
    );
    const started = pivot.then(({ generation, startedAt }) => ({ generation, startedAt }));
    const running = pivot.then(({ copy, resumed }) => resumed ?? run(services, session, copy).catch(explainLoss));
    const { vm } = session.plan;
    seeThrough(services, session, running).catch((error: unknown) => {
      services.log.warn({ vm, error }, 'after the take-over');
    });
    const ready = claim.then(() => undefined);
    // Each has its own waiters; an attempt that waits for neither must not bring the agent down.
    for (const each of [ready, started]) each.catch(() => undefined);
    return { value: { ready, waiting, started, running }, failed: running };
  });
}

interface Pivot {
  generation: number;
  startedAt: Instant;
  copy: DestinationCopy;
  /** Its CPUs run already. */
  resumed: Online | null;
}

/** Appends `started` as soon as the copy is settled and the record released to this host, and starts the CPUs. */
async function start(
  services: AgentServices,
  session: MigrationSession,
  prepared: PreparedClaim | null,
  waits: () => void,
): Promise<Pivot> {
  const { vm } = session.plan;
  const { hypervisor } = services;
  const machine = services.sessions.of(vm);
  const ended = AbortSignal.any([session.signal, hypervisor.lifetime(vm)]);
  let gone: CopyGone | null = null;
  let seen: Seen<DestinationCopy> = {};
  let resumed: Pivot['resumed'] = null;
  for (;;) {
    const view = await machine
      .exclusively(async () => {
        session.signal.throwIfAborted();
        let looked = await lookAtDestination(services, vm, 'take-over', seen);
        // Where this agent stood still itself, news of the copy's death may wait behind the record's: never give up the only other one for it.
        if (looked.decision === 'start' && !hypervisor.destination.isThere(vm))
          looked = await lookAtDestination(services, vm, 'take-over');
        if (looked.decision === 'decline') await decline(services, looked.record as HandleRecord);
        if (looked.decision !== 'start') return looked;
        const record = await append(services, session, looked.record as HandleRecord, prepared);
        if (record === null) return looked;
        // Under the same mutex no reading can be newer than a swap just won, so the guest need not wait for one.
        const pivoted = await lookAtDestination(services, vm, 'take-over', { copy: looked.copy, record });
        // If it can't be done at once, whoever waits for the guest to run tries again, and says why.
        if (pivoted.decision === 'run') resumed = await goOnline(services, session).catch(() => null);
        return pivoted;
      })
      .catch(unlessUnreachable);
    if (view instanceof FerryError) {
      session.doubt(view);
      await pause(undecidablePauseMs);
      seen = {};
      continue;
    }
    const { record, copy, decision } = view;
    session.doubt(decision === 'undecidable' ? missingFact(view) : null);
    switch (decision) {
      case 'wait':
        waits();
        try {
          seen = await nextFact(services, view, ended);
        } catch (error) {
          if (!(error instanceof CopyGone)) throw error;
          // Was it released meanwhile, the source has to know.
          gone = error;
          seen = { copy: 'absent' };
        }
        break;
      // Another was first: the record tells.
      case 'start':
        seen = { copy };
        break;
      case 'run':
      case 'done': {
        const entry = session.journal.last('started');
        const { generation, at } = entry ?? (record as HandleRecord);
        return { generation, startedAt: at, copy, resumed };
      }
      case 'undecidable':
        waits();
        await pause(undecidablePauseMs);
        seen = {};
        break;
      case 'decline':
        throw new FerryError('DESTINATION_DIED', gone?.message ?? view.reason, { cause: gone });
      case 'destroy':
        if (gone !== null) throw new FerryError('DESTINATION_DIED', gone.message, { cause: gone });
        throw lost(services, view);
      case 'lost':
      case 'refuse':
      case 'relieve':
        throw lost(services, view);
    }
  }
}

/** Waits until the copy, or else the record, has changed. Rejects with `CopyGone`. */
async function nextFact(
  services: AgentServices,
  { record, copy }: DestinationView,
  signal: AbortSignal,
): Promise<Seen<DestinationCopy>> {
  const { vm } = record as HandleRecord;
  if (copy !== 'receiving') return { copy, ...(await nextRecord(services, record as HandleRecord, signal)) };
  return { copy: await services.hypervisor.destination.settled(vm, signal) };
}

async function nextRecord(
  { witness }: AgentServices,
  record: HandleRecord,
  signal: AbortSignal,
): Promise<{ record?: HandleRecord }> {
  try {
    return { record: await witness.next(record.vm, record.generation, signal) };
  } catch (error) {
    if (!(error instanceof FerryError) || error.code !== 'WITNESS_UNREACHABLE') throw error;
    await pause(undecidablePauseMs);
    return {};
  }
}

/** Starts the CPUs of the copy that owns the guest. */
async function run(services: AgentServices, session: MigrationSession, copy: DestinationCopy): Promise<Online> {
  const { plan, journal } = session;
  let seen: Seen<DestinationCopy> = { copy };
  const deadline = performance.now() + runPatienceMs;
  for (;;) {
    try {
      return await services.sessions.of(plan.vm).exclusively(async () => {
        // The pivot is passed: whoever ended this session meanwhile has to leave the guest running here.
        const view = await lookAtDestination(services, plan.vm, 'take-over', seen);
        if (view.decision === 'undecidable') throw missingFact(view);
        if (view.decision === 'done')
          return { runningAt: journal.last('running')?.runningAt ?? new Date().toISOString(), paused: false };
        if (view.decision !== 'run') throw lost(services, view);
        return goOnline(services, session);
      });
    } catch (error) {
      const mayPass = error instanceof FerryError && error.code !== 'HANDLE_LOST' && error.code !== 'GUEST_GONE';
      if (!mayPass || performance.now() > deadline) throw error;
      // A command that was not answered may have been obeyed all the same, and QEMU announces only once that it runs.
      seen = {};
      await pause(runAgainMs);
    }
  }
}

/** The record will be `released` by the source and then `started` here, so the claim is written ahead. */
async function prepareStart(services: AgentServices, session: MigrationSession): Promise<PreparedClaim | null> {
  const { vm } = session.plan;
  const { record, decision } = await lookAtDestination(services, vm, 'take-over');
  if (decision !== 'wait' || record === null || record === 'unreachable' || record.kind === 'released') return null;
  return services.witness.prepare(vm, record.generation + 2, claimOf(services, session));
}

/** The record that says `started`, or null where another was first. */
async function append(
  { witness, host }: AgentServices,
  session: MigrationSession,
  record: HandleRecord,
  prepared: PreparedClaim | null,
): Promise<HandleRecord | null> {
  const swap =
    prepared?.record.generation === record.generation + 1
      ? // The guest's writes must never be older on the disk than the word that it runs here.
        await prepared.commit({ durable: true })
      : await witness.append(session.plan.vm, record, claimOf({ host }, session));
  if (swap !== 'won') return null;
  session.journal.append({ name: 'started', generation: record.generation + 1 });
  return witness.latest(session.plan.vm);
}

function claimOf({ host }: Pick<AgentServices, 'host'>, { plan }: MigrationSession) {
  return { kind: 'started', host, migration: plan.migration } as const;
}

/** It ran here, or was to: an ordinary death of a guest with its host's QEMU. */
function guestGone(cause?: unknown): FerryError {
  return new FerryError('GUEST_GONE', 'the guest ended at the destination after it had moved', { cause });
}

function lost({ host }: AgentServices, { record, decision, reason }: DestinationView): FerryError {
  const known = record === 'unreachable' ? null : record;
  if (decision === 'lost' || (known?.kind === 'stopped' && known.host === host)) return guestGone();
  // Said already, by this agent or the one before it.
  const died = known?.kind === 'declined' && known.destination === host;
  return new FerryError(died ? 'DESTINATION_DIED' : 'HANDLE_LOST', reason);
}

function explainLoss(error: unknown): never {
  throw error instanceof CopyGone ? guestGone(error) : error;
}

/** What there is to do once the guest runs: who fetches memory may need the secret once more. */
async function seeThrough(services: AgentServices, session: MigrationSession, running: Promise<Online>): Promise<void> {
  const { vm, policy } = session.plan;
  try {
    const { paused } = await running;
    if (policy.postCopy !== 'last-resort' || paused) {
      await forgetSecret(services, vm);
      return;
    }
  } catch (error) {
    // It may run, while its hypervisor waits for memory over a link that has broken: then only this brings it back.
    const isSilent = error instanceof FerryError && error.code === 'HYPERVISOR_SILENT';
    if (policy.postCopy !== 'last-resort' || !isSilent) throw error;
  }
  await fetchRest(services, session);
}
