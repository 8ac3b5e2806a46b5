import type { Instant } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/** The guest is online here. `paused`: it was when it left, so its CPUs may run, and don't. */
export interface Online {
  runningAt: Instant;
  paused: boolean;
}

/** Starts the CPUs of a destination's copy. The caller holds the VM's mutex, and was told to by the decision. */
export async function goOnline(services: AgentServices, { plan, journal }: MigrationSession): Promise<Online> {
  // Whoever paused it has not asked for it to run here.
  if (journal.last('destination-created')?.paused === true)
    return { runningAt: journal.last('started')?.at ?? new Date().toISOString(), paused: true };
  const { runningAt } = await services.hypervisor.destination.run(plan.vm);
  journal.append({ name: 'running', runningAt });
  services.reportChange();
  return { runningAt, paused: false };
}
