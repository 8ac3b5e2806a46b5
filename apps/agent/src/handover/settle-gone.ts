import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type HandleRecord, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { decline } from './decline.ts';
import { lookAtDestination, lookAtSource } from './look.ts';

const undecidablePauseMs = 1_000;

/**
 * A copy has ended by itself: says so on the witness where the record was this host's, or released to it, so that the VM
 * can be started again, or the other side go on. Waits for a witness that can't be reached.
 */
export async function settleGone(services: AgentServices, vm: VmId, signal: AbortSignal): Promise<void> {
  const { host, witness, hypervisor, sessions } = services;
  const session = sessions.of(vm);
  while (!signal.aborted) {
    const settled = session.exclusively(async () => {
      const asDestination = await lookAtDestination(services, vm, 'take-over');
      if (asDestination.decision === 'decline') await decline(services, asDestination.record as HandleRecord);
      const { record, copy, decision } = await lookAtSource(services, vm, 'hand-over');
      // Built anew meanwhile.
      if (copy !== 'died' && copy !== 'absent' && copy !== 'vanished') return record === 'unreachable';
      if (record === 'unreachable') return true;
      if (decision === 'stop') {
        await witness.append(vm, record, { kind: 'stopped', host });
        services.log.warn({ vm, record }, 'the guest has ended; its record is stopped');
      }
      if (decision === 'release') await release(services, vm, record);
      // Whoever said it, this or the handover that was under way: what the copy has left here is nobody's.
      if (decision === 'stop' || (record?.kind === 'stopped' && record.host === host)) await hypervisor.end(vm);
      return false;
    });
    const again = await settled.catch((error: unknown) => {
      if (error instanceof FerryError && error.code === 'WITNESS_UNREACHABLE') return true;
      throw error;
    });
    services.reportChange();
    if (!again) return;
    await pause(undecidablePauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function release({ host, witness, sessions, log }: AgentServices, vm: VmId, record: HandleRecord | null) {
  const session = sessions.of(vm).current;
  if (!session) throw new FerryError('INTERNAL', `${vm} handed over without a migration`);
  const { destination, migration } = session.plan;
  const swap = await witness.append(vm, record, { kind: 'released', source: host, destination, migration });
  if (swap === 'won') session.journal.append({ name: 'released', generation: (record?.generation ?? 0) + 1 });
  log.warn({ vm, swap }, 'the source died after it had handed over its state; its record is released');
}
