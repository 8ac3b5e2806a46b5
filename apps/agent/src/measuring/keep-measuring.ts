import { setTimeout as pause } from 'node:timers/promises';
import type { VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

/** A figure of a minute ago is one of another guest; a measure costs its host some milliseconds. */
const everyMs = 30_000;
/** One that came just now is not to be waited for by whoever asks for it next. */
const lookMs = 2_000;

/**
 * Measures again and again, until the signal, what each guest of this host does to its memory: who asks where it could go,
 * and who moves it, is not to wait for that. Who is on its way is let be.
 */
export async function keepMeasuring(services: Pick<AgentServices, 'hypervisor' | 'log'>, stop: AbortSignal) {
  const measuredAt = new Map<VmId, number>();
  while (!stop.aborted) {
    for (const vm of services.hypervisor.list()) {
      if (performance.now() - (measuredAt.get(vm) ?? -Infinity) < everyMs && known(services, vm)) continue;
      measuredAt.set(vm, performance.now());
      measure(services, vm).catch((error: unknown) => services.log.debug({ vm, error }, 'its memory was not measured'));
    }
    await pause(lookMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

function known({ hypervisor }: Pick<AgentServices, 'hypervisor'>, vm: VmId): boolean {
  return hypervisor.source.memoryLoad(vm) !== null;
}

async function measure({ hypervisor }: Pick<AgentServices, 'hypervisor'>, vm: VmId): Promise<void> {
  if ((await hypervisor.source.inspect(vm)) === 'running') await hypervisor.source.measureMemory(vm);
}
