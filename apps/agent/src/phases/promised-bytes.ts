import type { VmId } from '@ferry/domain';
import type { Hypervisor } from '../hypervisor/port.ts';

/**
 * Memory that the VMs of this host, but for one, may still take: the kernel finds a guest's pages only when they are
 * written, so of one that is on its way here it knows nothing. One that was not measured yet may take all of its own.
 */
export function promisedBytes(hypervisor: Pick<Hypervisor, 'list' | 'definitionOf' | 'source'>, but: VmId): number {
  const others = hypervisor.list().filter((vm) => vm !== but);
  return others.reduce((sum, vm) => {
    const bytes = 1024 * (hypervisor.definitionOf(vm)?.memoryKiB ?? 0);
    return sum + Math.max(0, bytes - (hypervisor.source.memoryLoad(vm)?.usedBytes ?? 0));
  }, 0);
}
