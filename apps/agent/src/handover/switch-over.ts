import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type SourceCopy, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { CopyGone, type TransferStage } from '../hypervisor/port.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { keepWarm } from './keep-warm.ts';
import { lookAtSource, missingFact, type Seen, type SourceView } from './look.ts';
import { withdrawSession } from './withdraw-session.ts';

const over = ['settled', 'serving', 'failed', 'cancelled'] as const satisfies TransferStage[];
const undecidablePauseMs = 20;
/** What was seen this long ago is as good as seen now: reading it again takes as long. */
const freshMs = 5;
/** A sync of the journal is over by then, also on a busy disk. */
const shortTransferSeconds = 2;

/**
 * From a copy that may still run to one that has handed over its whole state, as events tell it; answers what the copy
 * is then. Throws `TRANSFER_FAILED` or `TRANSFER_WITHDRAWN` when the source has resumed by itself instead, and
 * `TRANSFER_STALLED` when it had to be told to.
 */
export async function switchOver(
  services: AgentServices,
  session: MigrationSession,
  copy: SourceCopy,
): Promise<Seen<SourceCopy>> {
  const { plan, signal } = session;
  const { source } = services.hypervisor;
  const converging = noteConvergence(services, session);
  const left = new AbortController();
  try {
    // What an earlier transfer ended with says nothing of one that has not begun.
    if (copy !== 'copying') await source.reach(plan.vm, ['copying', 'held', 'finishing'], signal);
    void keepWarm(services, session, AbortSignal.any([signal, left.signal]));
    const ahead = lookAhead(services, plan.vm, AbortSignal.any([signal, left.signal]));
    const stage = await source.reach(plan.vm, ['held', 'finishing', ...over], signal);
    if (stage === 'held') {
      try {
        await converging.noted();
        if (!(await proceed(services, session, await ahead))) return {};
      } catch (error) {
        if (error instanceof FerryError && error.code === 'JOURNAL_UNWRITABLE') await keep(services, session, error);
        throw error;
      }
    }
    const end = await finish(services, session);
    if (end === null) return {};
    return end === 'settled' || end === 'serving' ? { copy: end } : await transferFailed(services, session, end);
  } catch (error) {
    // Whether it died or is absent, the journal tells.
    if (error instanceof CopyGone) return {};
    throw error;
  } finally {
    converging.stop();
    left.abort();
  }
}

interface Ahead {
  view: SourceView;
  /** When it began, by `performance.now()`. */
  at: number;
}

/** Looks while QEMU comes from stopping the CPUs to being held, which takes it a millisecond: nobody waits for it. */
async function lookAhead(services: AgentServices, vm: VmId, signal: AbortSignal): Promise<Ahead | null> {
  try {
    await services.hypervisor.source.halted(vm, signal);
    const at = performance.now();
    return { view: await lookAtSource(services, vm, 'hand-over', { copy: 'copying' }), at };
  } catch {
    // It is looked at again where it counts.
    return null;
  }
}

/** Seen a moment ago, and this host has made or seen no record since. */
function isFresh({ witness }: AgentServices, { view: { record }, at }: Ahead): boolean {
  if (record === null || record === 'unreachable') return false;
  return performance.now() - at < freshMs && witness.latest(record.vm)?.generation === record.generation;
}

/** Lets the source finish, if the record is still this host's; else answers false. The guest's CPUs stand still. */
async function proceed(services: AgentServices, session: MigrationSession, seen: Ahead | null): Promise<boolean> {
  const { plan, journal, signal } = session;
  const { source } = services.hypervisor;
  for (let ahead = seen; ; ahead = null) {
    const view = await services.sessions.of(plan.vm).exclusively(async () => {
      signal.throwIfAborted();
      if (session.plan.gate === 'shut') return 'shut';
      const looked =
        ahead !== null && isFresh(services, ahead)
          ? ahead.view
          : await lookAtSource(services, plan.vm, 'hand-over', { copy: 'copying' });
      // Cancelled meanwhile: what the copy is now has to be asked.
      if (source.stage(plan.vm) !== 'held') return null;
      if (looked.decision === 'wait') {
        const stoppedAt = source.stoppedAt(plan.vm) ?? new Date().toISOString();
        journal.append({ name: 'switching-over', stoppedAt });
        journal.demandWritten();
        await source.proceed(plan.vm);
      }
      return looked;
    });
    if (view === 'shut') return breakHold(services, session);
    session.doubt(view?.decision === 'undecidable' ? missingFact(view) : null);
    if (view?.decision !== 'undecidable') return view?.decision === 'wait';
    await pause(undecidablePauseMs);
  }
}

/** A hypervisor that comes to its switchover though it was held is called off: nobody has agreed to a blackout now. */
async function breakHold(services: AgentServices, session: MigrationSession): Promise<false> {
  const why = 'the source stood ready to switch over while it was held';
  const { outcome } = await withdrawSession(services, session, 'HOLD_BROKEN', why);
  if (outcome === 'moved' || outcome === 'released') return false;
  throw new FerryError('HOLD_BROKEN', why);
}

/** What must be remembered of a switchover can't be written down, so there is none: the guest, which stands still, is taken back. */
async function keep(services: AgentServices, session: MigrationSession, error: FerryError): Promise<void> {
  await withdrawSession(services, session, error.code, error.message);
}

/** Waits for the rest of the state, but not for ever: from a link that is dead the hypervisor hears nothing. */
async function finish(services: AgentServices, session: MigrationSession): Promise<(typeof over)[number] | null> {
  const { vm, policy } = session.plan;
  const limitMs = policy.downtimeLimitMs + policy.blackoutLimitMs;
  const limit = AbortSignal.timeout(limitMs);
  try {
    const ended = AbortSignal.any([limit, session.signal]);
    return (await services.hypervisor.source.reach(vm, over, ended)) as (typeof over)[number];
  } catch (error) {
    if (!limit.aborted || session.signal.aborted || error instanceof CopyGone) throw error;
  }
  const why = `the rest of the state had not arrived within ${limitMs} ms`;
  const { outcome } = await withdrawSession(services, session, 'TRANSFER_STALLED', why);
  if (outcome === 'moved' || outcome === 'released') return null;
  throw new FerryError('TRANSFER_STALLED', why);
}

/** Says why a transfer has ended with the guest still this host's. */
export async function transferFailed(
  services: AgentServices,
  { plan, journal, withdrawal }: MigrationSession,
  end: TransferStage,
): Promise<never> {
  journal.append({ name: 'kept' });
  // Told to give up, it may end either way.
  if (withdrawal) throw withdrawal;
  if (end === 'cancelled') throw new FerryError('TRANSFER_WITHDRAWN', 'the transfer was cancelled');
  const { source } = services.hypervisor;
  const refused = source.wasRefused(plan.vm) && plan.policy.stream !== 'plain-text';
  throw new FerryError(refused ? 'STREAM_REFUSED' : 'TRANSFER_FAILED', await source.failureText(plan.vm));
}

/** Notes that the switchover is near, and syncs it, while the guest still runs: no sync is left for the blackout. */
function noteConvergence({ hypervisor }: AgentServices, { plan, journal, signal }: MigrationSession) {
  const stopped = new AbortController();
  let noted: Promise<void> | null = null;
  const note = () => {
    if (!noted) {
      journal.append({ name: 'converging' });
      noted = journal.sync();
      // Told to whoever is about to switch over.
      noted.catch(() => undefined);
    }
    return noted;
  };
  const bytes = (hypervisor.definitionOf(plan.vm)?.memoryKiB ?? 0) * 1024;
  // A short transfer is near its end from its beginning: its sync would last into the blackout.
  if (bytes / plan.policy.bandwidthBytesPerSecond < shortTransferSeconds) void note();
  hypervisor.source
    .secondPass(plan.vm, AbortSignal.any([signal, stopped.signal]))
    .then(note)
    // Stopped, or the copy is gone: who waits for the transfer sees that too.
    .catch(() => undefined);
  return { noted: note, stop: () => stopped.abort() };
}
