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

/** There is no event for the first figure. */
const lookMs = 100;
const patienceMs = 3_000;

/**
 * A finding where the guest would not be moved by the policy, by what was measured of its memory last. Of one that was not
 * measured yet it waits for the first figure; throws when that takes too long.
 */
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
  const known = hypervisor.source.memoryLoad(vm);
  if (known !== null) return known;
  const measuring = hypervisor.source.measureMemory(vm);
  // Its failure is heard as long as the first figure is waited for; what comes after that is nobody's here.
  measuring.catch(() => undefined);
  const until = performance.now() + patienceMs;
  for (;;) {
    await Promise.race([measuring, pause(lookMs)]);
    const load = hypervisor.source.memoryLoad(vm);
    if (load !== null) return load;
    if (performance.now() > until) throw new Error(`what the guest changes was not measured within ${patienceMs} ms`);
  }
}
