import type { VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** Removes what the copy here still has of the secret of a transfer that is over. A hypervisor that does not let go of it holds nobody up. */
export async function forgetSecret({ hypervisor, log }: AgentServices, vm: VmId): Promise<void> {
  try {
    await hypervisor.forgetSecret(vm);
  } catch (error) {
    log.warn({ vm, error }, 'the secret of the stream could not be removed');
  }
}
