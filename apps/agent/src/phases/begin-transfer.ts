import type { Listening } from '@ferry/contracts';
import { FerryError } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { guardSetUp } from '../handover/guard-set-up.ts';
import { handOver } from '../handover/hand-over.ts';
import { lookAtSource, missingFact } from '../handover/look.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { demandKey } from '../stream/demand-key.ts';

/** Arms the source and begins the transfer, or finds it begun. */
export async function beginTransfer(
  services: AgentServices,
  session: MigrationSession,
  { uri, streamKey }: Listening,
): Promise<'copying' | 'handed-over'> {
  const { plan, journal } = session;
  const { streamKeys } = services;
  const { source } = services.hypervisor;
  return services.sessions.of(plan.vm).exclusively(async () => {
    session.signal.throwIfAborted();
    if (session.transferBegun && source.stage(plan.vm) !== 'idle') return goOn(services, session);
    const view = await lookAtSource(services, plan.vm, 'hand-over');
    if (view.decision === 'undecidable') throw missingFact(view);
    // An attempt that comes late: the agents have finished without a control plane.
    const elsewhere = view.decision === 'retire' || view.decision === 'give-up';
    if (elsewhere && journal.last('released')) return 'handed-over';
    if (view.decision !== 'wait') {
      throw new FerryError('HANDLE_LOST', `the guest is not this host’s to move: ${JSON.stringify(view.record)}`);
    }
    if (view.copy === 'copying') {
      if (session.transferBegun) return goOn(services, session);
      throw new FerryError('TRANSFER_FAILED', 'another transfer of the VM is under way');
    }
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

/** Found begun: an agent that came back to it may not have been able to arm it. */
async function goOn(services: AgentServices, session: MigrationSession): Promise<'copying'> {
  handOver(services, session);
  await services.streamKeys.forget(session.plan);
  return 'copying';
}
