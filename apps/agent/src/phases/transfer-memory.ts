import type { Copied, Listening } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { guardSetUp } from '../handover/guard-set-up.ts';
import { handOver } from '../handover/hand-over.ts';
import { transferFailed } from '../handover/switch-over.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import { TransferWatch } from '../handover/transfer-watch.ts';
import { CopyGone, type TransferStage } from '../hypervisor/port.ts';
import { withdrawSession } from '../handover/withdraw-session.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { demandKey } from '../stream/demand-key.ts';
import { untilOver, type PhaseFunction } from './phase-function.ts';

const copied = ['held', 'finishing', 'serving', 'settled'] as const satisfies TransferStage[];
const ended = [...copied, 'failed', 'cancelled'] as const satisfies TransferStage[];

/** Begins the transfer, or finds it begun, and watches it until the CPUs have stopped. */
export const transferMemory: PhaseFunction<Listening, Copied> = async (services, plan, listening, attempt) => {
  const { source } = services.hypervisor;
  const session = await services.sessions.of(plan.vm).enter(plan);
  const watched = new AbortController();
  const signal = AbortSignal.any([attempt.signal, session.signal, watched.signal]);
  const watch = new TransferWatch(services, session);
  try {
    if ((await begin(services, session, listening)) === 'handed-over') return watch.result();
    const stage = await Promise.race([source.reach(plan.vm, ended, signal), watch.untilHopeless(signal)]);
    watched.abort();
    if (stage instanceof FerryError) {
      const { outcome } = await withdrawSession(services, session, stage.code, stage.message);
      if (outcome === 'kept' || outcome === 'ended') throw stage;
    }
    if (stage === 'failed' || stage === 'cancelled') await transferFailed(services, session, stage);
    attempt.deed?.({ finishedAt: source.stoppedAt(plan.vm) ?? new Date().toISOString() });
    await untilOver(handOver(services, session).done, attempt);
    return watch.result();
  } catch (error) {
    if (!(error instanceof CopyGone)) throw error;
    // It may have ended because it had handed over and was retired.
    if (session.journal.last('released')) return watch.result();
    throw new FerryError('GUEST_GONE', error.message, { cause: error });
  } finally {
    watched.abort();
  }
};

async function begin(
  services: AgentServices,
  session: MigrationSession,
  { uri, streamKey }: Listening,
): Promise<'copying' | 'handed-over'> {
  const { plan, journal } = session;
  const { streamKeys } = services;
  const { source } = services.hypervisor;
  return services.sessions.of(plan.vm).exclusively(async () => {
    session.signal.throwIfAborted();
    if (session.transferBegun && source.stage(plan.vm) !== 'idle') {
      await streamKeys.forget(plan);
      return 'copying';
    }
    const view = await lookAtSource(services, plan.vm, 'hand-over');
    if (view.decision === 'undecidable') throw missingFact(view);
    // An attempt that comes late: the agents have finished without a control plane.
    const elsewhere = view.decision === 'retire' || view.decision === 'give-up';
    if (elsewhere && journal.last('released')) return 'handed-over';
    if (view.decision !== 'wait') {
      throw new FerryError('HANDLE_LOST', `the guest is not this host’s to move: ${JSON.stringify(view.record)}`);
    }
    if (view.copy === 'copying') throw new FerryError('TRANSFER_FAILED', 'another transfer of the VM is under way');
    const { policy, gate } = session.plan;
    const encrypted = policy.stream !== 'plain-text';
    const secret = encrypted ? await streamKeys.agree(plan, demandKey(streamKey, plan.destination)) : null;
    // Armed before it begins: from here on this host hands the guest over by itself.
    await handOver(services, session).ready;
    journal.append({ name: 'transfer-started', paused: view.copy === 'paused', uri });
    await source.start(plan.vm, { uri, policy, gate, secret });
    void guardSetUp(services, session);
    // No attempt after this one begins the transfer.
    await streamKeys.forget(plan);
    return 'copying';
  });
}
