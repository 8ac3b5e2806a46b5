import type { HandleRecord } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/**
 * Says on the witness that this host has no copy to start of what was released to it: the guest is the source's again.
 * The caller holds the VM's mutex, and was told to by the decision.
 */
export async function decline({ witness, log }: AgentServices, record: HandleRecord): Promise<void> {
  if (record.kind !== 'released') throw new Error(`${record.kind} can’t be declined`);
  const { vm, source, destination, migration } = record;
  const swap = await witness.append(vm, record, { kind: 'declined', source, destination, migration });
  log.warn({ vm, migration, swap }, 'there is no copy to start of what was released to this host');
}
