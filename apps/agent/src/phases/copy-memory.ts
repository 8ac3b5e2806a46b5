import type { Listening } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';
import { transferFailed } from '../handover/switch-over.ts';
import type { TransferWatch } from '../handover/transfer-watch.ts';
import { withdrawSession } from '../handover/withdraw-session.ts';
import type { TransferStage } from '../hypervisor/port.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { beginTransfer } from './begin-transfer.ts';

const copied = ['held', 'finishing', 'serving', 'settled'] as const satisfies TransferStage[];
const ended = [...copied, 'failed', 'cancelled'] as const satisfies TransferStage[];

interface Copying {
  session: MigrationSession;
  listening: Listening;
  attempt: Attempt;
  watch: TransferWatch;
}

/** Begins the transfer, or finds it begun, and watches it until the CPUs have stopped, unless it was handed over or enough is seen before. */
export async function copyMemory(
  services: AgentServices,
  { session, listening, attempt, watch }: Copying,
): Promise<'stopped' | 'enough' | 'handed-over'> {
  const { source } = services.hypervisor;
  const { vm } = session.plan;
  const watched = new AbortController();
  const signal = AbortSignal.any([attempt.signal, session.signal, watched.signal]);
  try {
    if ((await beginTransfer(services, session, listening)) === 'handed-over') return 'handed-over';
    const stage = await Promise.race([source.reach(vm, ended, signal), watch.untilHopeless(signal)]);
    watched.abort();
    if (stage === 'enough') return 'enough';
    if (stage instanceof FerryError) {
      const { outcome } = await withdrawSession(services, session, stage.code, stage.message);
      if (outcome === 'kept' || outcome === 'ended') throw stage;
    }
    if (stage === 'failed' || stage === 'cancelled') await transferFailed(services, session, stage);
    return 'stopped';
  } finally {
    watched.abort();
  }
}
