import { FerryError, type SourceCopy } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { CopyGone, type TransferStage } from '../hypervisor/port.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { lookAtSource } from './look.ts';

const over = ['settled', 'failed', 'cancelled'] as const satisfies TransferStage[];

/**
 * From a copy that may still run to one that has handed over its whole state, as events tell it; answers what the copy
 * is then. Throws `TRANSFER_FAILED` or `TRANSFER_WITHDRAWN` when the source has resumed by itself instead.
 */
export async function switchOver(
  services: AgentServices,
  session: MigrationSession,
  copy: SourceCopy,
): Promise<SourceCopy | undefined> {
  const { plan, journal, signal } = session;
  const { vm } = plan;
  const { source } = services.hypervisor;
  const converging = noteConvergence(services, session);
  try {
    // What an earlier transfer ended with says nothing of one that has not begun.
    if (copy !== 'copying') await source.reach(vm, ['copying', 'held', 'finishing'], signal);
    const stage = await source.reach(vm, ['held', 'finishing', ...over], signal);
    if (stage === 'held') {
      await converging.noted();
      await services.sessions.of(vm).exclusively(async () => {
        signal.throwIfAborted();
        const { decision } = await lookAtSource(services, vm, 'hand-over', 'copying');
        // Cancelled meanwhile, or not this host's: the next look tells.
        if (decision !== 'wait' || source.stage(vm) !== 'held') return;
        const stoppedAt = source.stoppedAt(vm) ?? new Date().toISOString();
        journal.append({ name: 'switching-over', stoppedAt });
        await source.proceed(vm);
      });
    }
    const end = await source.reach(vm, over, signal);
    if (end === 'settled') return 'settled';
    return await transferFailed(services, session, end);
  } catch (error) {
    // Whether it died or is absent, the journal tells.
    if (error instanceof CopyGone) return undefined;
    throw error;
  } finally {
    converging.stop();
  }
}

/** Says why a transfer has ended with the guest still this host's. */
export async function transferFailed(
  services: AgentServices,
  { plan, journal }: MigrationSession,
  end: TransferStage,
): Promise<never> {
  journal.append({ name: 'kept' });
  if (end === 'cancelled') throw new FerryError('TRANSFER_WITHDRAWN', 'the transfer was cancelled');
  throw new FerryError('TRANSFER_FAILED', await services.hypervisor.source.failureText(plan.vm));
}

/** Notes that the switchover is near, and syncs it, while the guest still runs: no sync is left for the blackout. */
function noteConvergence({ hypervisor }: AgentServices, { plan, journal, signal }: MigrationSession) {
  const stopped = new AbortController();
  let noted: Promise<void> | null = null;
  const note = () => {
    if (!noted) {
      journal.append({ name: 'converging' });
      noted = journal.sync();
    }
    return noted;
  };
  hypervisor.source
    .secondPass(plan.vm, AbortSignal.any([signal, stopped.signal]))
    .then(note)
    // Stopped, or the copy is gone: who waits for the transfer sees that too.
    .catch(() => undefined);
  return { noted: note, stop: () => stopped.abort() };
}
