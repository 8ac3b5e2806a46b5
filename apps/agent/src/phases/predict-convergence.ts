import { setTimeout as pause } from 'node:timers/promises';
import {
  finding,
  predictTransfer,
  type Finding,
  type MemoryLoad,
  type MigrationPolicy,
  type VmId,
} from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** QEMU has no event for it. */
const lookMs = 100;
const patienceMs = 3_000;

/** Waits for what is being measured of the guest's memory; a finding where by that and the policy it would not be moved. Throws when it takes too long. */
export async function predictConvergence(
  services: AgentServices,
  vm: VmId,
  policy: MigrationPolicy,
): Promise<Finding | null> {
  const load = await measured(services, vm);
  const { converges, rounds } = predictTransfer(load, policy);
  if (converges) return null;
  const { dirtyBytesPerSecond } = load;
  const facts = `It changes ${dirtyBytesPerSecond} bytes a second; by the policy “${policy.name}” at most ${policy.bandwidthBytesPerSecond} are sent, and it would be given up in pass ${rounds}.`;
  return finding('TRANSFER_OUTRUN', services.host, facts);
}

async function measured({ hypervisor }: AgentServices, vm: VmId): Promise<MemoryLoad> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const load = await hypervisor.source.memoryLoad(vm);
    if (load !== null) return load;
    if (performance.now() > until) throw new Error(`what the guest changes was not measured within ${patienceMs} ms`);
    await pause(lookMs);
  }
}
