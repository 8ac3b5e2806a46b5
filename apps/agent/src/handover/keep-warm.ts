import { setTimeout as pause } from 'node:timers/promises';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';

const paceMs = 250;

/**
 * Sees to the gate of a transfer under way until the signal: puts into force what people wanted last, which an agent
 * that died may not have done, and keeps the copy fresh while the gate is shut.
 */
export async function keepWarm(services: AgentServices, session: MigrationSession, signal: AbortSignal): Promise<void> {
  const { source } = services.hypervisor;
  const { vm } = session.plan;
  const look = async (first: boolean) => {
    const { gate, policy } = session.plan;
    if (signal.aborted || source.stage(vm) !== 'copying') return;
    if (gate === 'shut') await source.breathe(vm, policy);
    else if (first) await source.open(vm, policy, { force: session.journal.last('widened') !== null });
  };
  for (let first = true; !signal.aborted; first = false) {
    try {
      if (first || session.plan.gate === 'shut') await services.sessions.of(vm).exclusively(() => look(first));
    } catch (error) {
      // Where the copy is gone, who waits for the transfer sees it too.
      services.log.debug({ vm, error }, 'the gate could not be seen to');
    }
    await pause(paceMs, undefined, { signal }).catch(() => undefined);
  }
}
