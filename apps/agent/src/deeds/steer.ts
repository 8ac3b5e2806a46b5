import { FerryError, leastDowntimeMs, type MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/**
 * Puts the plan's gate and policy into force on the transfer, now or, where it has not begun, from its beginning.
 * Idempotent. Throws `SWITCHOVER_BEGUN`, and when forced `TRANSFER_NOT_BEGUN` and `DOWNTIME_TOO_SHORT`; then nothing has changed.
 */
export async function steer(services: AgentServices, plan: MigrationPlan, input: { force: boolean }): Promise<void> {
  const machine = services.sessions.of(plan.vm);
  const session = machine.serving(plan) ?? (await machine.enter(plan));
  await machine.exclusively(async () => {
    session.signal.throwIfAborted();
    if (plan.revision < session.plan.revision)
      throw new FerryError('SUPERSEDED', `revision ${session.plan.revision} has come before`);
    if (session.transferBegun) await steerTransfer(services, session, plan, input);
    else if (input.force) throw new FerryError('TRANSFER_NOT_BEGUN', 'memory is not yet being copied');
    else await session.steer(plan);
  });
}

async function steerTransfer(
  { hypervisor: { source }, host, log }: AgentServices,
  session: MigrationSession,
  plan: MigrationPlan,
  { force }: { force: boolean },
): Promise<void> {
  const { vm } = plan;
  const stage = source.stage(vm);
  if (stage !== 'copying') {
    // Asked again, because the answer was lost, when it had done what it should.
    if (plan.revision === session.plan.revision && plan.gate === 'open') return;
    const released = session.journal.last('released') !== null;
    const how = released ? `${host} has released the guest` : `the transfer is ${stage}`;
    throw new FerryError('SWITCHOVER_BEGUN', `it is too late for that: ${how}`);
  }
  const repeated = plan.revision === session.plan.revision;
  if (force && !repeated) await demandEnough({ source }, session, plan);
  const before = session.plan;
  // Before QEMU knows: an agent that dies now finds the gate shut when it is back.
  await session.steer(plan);
  if (plan.gate === 'open') await source.open(vm, plan.policy, { force });
  else if (!(await source.shut(vm))) {
    await session.steer({ ...plan, gate: before.gate });
    throw new FerryError('SWITCHOVER_BEGUN', 'the source began to switch over before it could be held');
  }
  log.info({ vm, gate: plan.gate, policy: plan.policy, force }, 'steered');
}

async function demandEnough(
  { source }: Pick<AgentServices['hypervisor'], 'source'>,
  { plan: { gate } }: MigrationSession,
  { vm, policy }: MigrationPlan,
): Promise<void> {
  const progress = await source.progress(vm);
  const least = leastDowntimeMs(progress, gate === 'shut' ? policy.bandwidthBytesPerSecond : null);
  if (least === null || least <= policy.downtimeLimitMs) return;
  throw new FerryError(
    'DOWNTIME_TOO_SHORT',
    `within ${policy.downtimeLimitMs} ms what the guest dirties can not be sent: at least ${least} ms are expected to be needed now`,
  );
}
