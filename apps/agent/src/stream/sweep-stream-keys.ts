import type { AgentServices } from '../agent-services.ts';

/** After the agent's restart: removes the keys of streams that have begun, or never will. */
export async function sweepStreamKeys({ streamKeys, sessions, hypervisor }: AgentServices): Promise<void> {
  for (const kept of await streamKeys.kept()) {
    const session = sessions.of(kept.vm).current;
    const current = session?.plan.migration === kept.migration && !session.signal.aborted;
    const begins = current && (!session.transferBegun || hypervisor.source.stage(kept.vm) === 'idle');
    if (!begins) await streamKeys.forget(kept);
  }
}
