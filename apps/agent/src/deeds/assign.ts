import type { Assignment } from '@ferry/contracts';
import { ASSIGNABLE, FerryError, maySucceed, type HandleRecord, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { goOnline } from '../handover/go-online.ts';
import { lookAtDestination, missingFact } from '../handover/look.ts';
import { takeBack } from '../handover/take-back.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/**
 * Does what a person has decided: the guest is this host's. Appends `assigned`, and lets the guest run here; or says that it
 * has ended, where the source has no copy of it any more. Throws `NOTHING_TO_ASSIGN` at a destination whose copy is not whole.
 */
export async function assign(
  services: AgentServices,
  plan: MigrationPlan,
  { by, reason }: { by: string; reason: string },
): Promise<Assignment> {
  const { host, log } = services;
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  return machine.exclusively(async () => {
    machine.demandServing(plan);
    const record = await claim(services, session, by, reason);
    log.warn({ vm: plan.vm, by, reason, generation: record.generation }, 'a person has decided whose the guest is');
    if (plan.destination === host) return runHere(services, session);
    const { outcome, generation } = await takeBack(services, session, 'withdraw');
    services.reportChange();
    return { runs: outcome === 'kept', generation };
  });
}

/** Appends `assigned`, unless an earlier attempt has. */
async function claim(
  services: AgentServices,
  { plan }: MigrationSession,
  by: string,
  reason: string,
): Promise<HandleRecord> {
  const { host, witness } = services;
  const { vm, migration } = plan;
  const assigned = { kind: 'assigned', host, migration, by, reason } as const;
  for (;;) {
    const record = await witness.read(vm);
    if (record?.kind === 'assigned' && record.host === host && record.migration === migration) return record;
    if (!maySucceed(record, assigned)) throw new FerryError('NOTHING_TO_ASSIGN', 'by its record the guest has ended');
    await demandWhole(services, plan);
    await witness.append(vm, record, assigned);
  }
}

async function demandWhole(services: AgentServices, { vm, destination }: MigrationPlan): Promise<void> {
  if (destination !== services.host) return;
  const view = await lookAtDestination(services, vm, 'take-over');
  const assignable = ASSIGNABLE[view.copy];
  if (assignable === null) throw missingFact(view);
  if (!assignable) throw new FerryError('NOTHING_TO_ASSIGN', `its copy on ${destination} is ${view.copy}`);
}

async function runHere(services: AgentServices, session: MigrationSession): Promise<Assignment> {
  const { plan, signal } = session;
  const view = await lookAtDestination(services, plan.vm, 'take-over');
  if (view.decision === 'undecidable') throw missingFact(view);
  const generation = view.record === null || view.record === 'unreachable' ? 0 : view.record.generation;
  if (view.decision === 'run') {
    const { paused } = await goOnline(services, session);
    if (!paused) await services.hypervisor.destination.announce(plan.vm, signal);
  }
  services.reportChange();
  return { runs: view.decision === 'run' || view.decision === 'done', generation };
}
