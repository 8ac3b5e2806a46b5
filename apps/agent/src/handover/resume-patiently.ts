import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/**
 * QEMU refuses `cont` until the last of its migration is put away, and while the last threads of another copy that was
 * killed still hold the image's lock. Neither is announced by anything.
 */
const resumePatienceMs = 5_000;
const resumeAgainMs = 10;

/** Starts the CPUs of a copy that the record says is this host's. Throws what the hypervisor said last, where it goes on refusing. */
export async function resumePatiently({ hypervisor }: Pick<AgentServices, 'hypervisor'>, vm: VmId): Promise<void> {
  const deadline = performance.now() + resumePatienceMs;
  for (;;) {
    try {
      await hypervisor.source.resume(vm);
      return;
    } catch (error) {
      const refused = error instanceof FerryError && error.code === 'HYPERVISOR_FAILED';
      if (!refused || performance.now() > deadline) throw error;
      await pause(resumeAgainMs);
    }
  }
}
