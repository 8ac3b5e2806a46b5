import type { Assignment, AssignInput } from '@ferry/contracts';
import {
  ASSIGNABLE,
  FerryError,
  maySucceed,
  type HandleClaim,
  type HandleRecord,
  type MigrationPlan,
} from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { goOnline } from '../handover/go-online.ts';
import { lookAtDestination, missingFact } from '../handover/look.ts';
import { takeBack } from '../handover/take-back.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/**
 * Does what a person has decided: the guest is this host's. Appends `assigned`, and lets the guest run here; or says that it
 * has ended, where the source has no copy of it any more. Throws `NOTHING_TO_ASSIGN` at a destination whose copy is not whole,
 * and where the record is no more as it was heard, since an attempt may be late and another decision come in between;
 * and `FENCE_FAILED` where the other host could not be cut off from a disk.
 */
export async function assign(
  services: AgentServices,
  plan: MigrationPlan,
  { by, reason, heard }: AssignInput,
): Promise<Assignment> {
  const { host, log } = services;
  const machine = services.sessions.of(plan.vm);
  const session = await machine.enter(plan);
  return machine.exclusively(async () => {
    machine.demandServing(plan);
    const claim = { kind: 'assigned', host, migration: plan.migration, by, reason } as const;
    await assignable(services, plan, claim, heard);
    const cutOff = await cutOtherOff(services, plan);
    // That takes seconds, in which the plan may be superseded and the copy may die.
    machine.demandServing(plan);
    const record = await append(services, plan, claim, heard);
    const decided = { vm: plan.vm, by, reason, cutOff, generation: record.generation };
    log.warn(decided, 'a person has decided whose the guest is');
    if (plan.destination === host) return { ...(await runHere(services, session)), cutOff };
    const { outcome, generation } = await takeBack(services, session, 'withdraw');
    services.reportChange();
    return { runs: outcome === 'kept', generation, cutOff };
  });
}

type Claim = Extract<HandleClaim, { kind: 'assigned' }>;

/** Appends the claim, unless an earlier attempt has. */
async function append(
  services: AgentServices,
  plan: MigrationPlan,
  claim: Claim,
  heard: AssignInput['heard'],
): Promise<HandleRecord> {
  for (;;) {
    const record = await assignable(services, plan, claim, heard);
    if (isThe(claim, record)) return record;
    await services.witness.append(plan.vm, record, claim);
  }
}

/** The record as it is, where the claim may follow it, or is there already. Throws `NOTHING_TO_ASSIGN`. */
async function assignable(
  services: AgentServices,
  plan: MigrationPlan,
  claim: Claim,
  heard: AssignInput['heard'],
): Promise<HandleRecord | null> {
  const record = await services.witness.read(plan.vm);
  const [generation, kind] = [record?.generation ?? 0, record?.kind];
  if (isThe(claim, record)) return record;
  if ((heard ?? generation) !== generation)
    throw new FerryError('NOTHING_TO_ASSIGN', `since it was decided the record has become “${kind}”`);
  if (!maySucceed(record, claim)) throw new FerryError('NOTHING_TO_ASSIGN', 'by its record the guest has ended');
  await demandWhole(services, plan);
  return record;
}

function isThe(claim: Claim, record: HandleRecord | null): record is HandleRecord {
  return record?.kind === 'assigned' && record.host === claim.host && record.migration === claim.migration;
}

/** Answers with the disks of this copy on which the other host can't write any more. */
async function cutOtherOff({ host, hypervisor, storage }: AgentServices, plan: MigrationPlan): Promise<string[]> {
  const { vm, source, destination } = plan;
  const other = host === source ? destination : source;
  const disks = hypervisor.definitionOf(vm)?.disks ?? [];
  const done = await Promise.all(disks.map((disk) => storage.cutOff(disk, { host: other, vm })));
  return disks.filter((_, at) => done[at]).map(({ id }) => id);
}

async function demandWhole(services: AgentServices, { vm, destination }: MigrationPlan): Promise<void> {
  if (destination !== services.host) return;
  const view = await lookAtDestination(services, vm, 'take-over');
  const assignable = ASSIGNABLE[view.copy];
  if (assignable === null) throw missingFact(view);
  if (!assignable) throw new FerryError('NOTHING_TO_ASSIGN', `its copy on ${destination} is ${view.copy}`);
}

async function runHere(
  services: AgentServices,
  session: MigrationSession,
): Promise<Pick<Assignment, 'runs' | 'generation'>> {
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
