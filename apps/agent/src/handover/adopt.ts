import { mayRemove, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { discardDestination } from '../deeds/discard-destination.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { forgetSecret } from '../stream/forget-secret.ts';
import { fetchRest } from './fetch-rest.ts';
import { guardSetUp } from './guard-set-up.ts';
import { handOver } from './hand-over.ts';
import { isHandingOver, type HandingOver } from './is-handing-over.ts';
import { lookAtSource } from './look.ts';
import { serve } from './serve.ts';
import { takeBack } from './take-back.ts';
import { takeOver } from './take-over.ts';

/**
 * After the agent's restart: reads QEMU, record and journal of a VM found running, and goes on with the handover where
 * it stood, by itself and at once. Resolves when no guest waits for this agent any more; what takes longer goes on.
 */
export async function adopt(services: AgentServices, vm: VmId): Promise<void> {
  const { hypervisor, sessions, host, log } = services;
  const session = sessions.of(vm).current;
  if (session?.plan.source === host && session.transferBegun) void guardSetUp(services, session);
  const [asSource, asDestination] = await Promise.all([
    hypervisor.source.inspect(vm),
    hypervisor.destination.inspect(vm),
  ]);
  log.info({ vm, asSource, asDestination, migration: session?.plan.migration }, 'adopted');
  if (asDestination === 'receiving' || asDestination === 'settled' || asDestination === 'fetching') {
    return resumeDestination(services, vm, session);
  }
  if (session?.plan.destination === host && (asDestination === 'lacking' || awaitsWhole(session)))
    fetchRest(services, session).catch((error: unknown) => log.warn({ vm, error }, 'post-copy'));
  if (session && session.plan.source === host && isHandingOver(asSource)) {
    await resumeSource(services, session, asSource);
  }
  // A copy whose handover is over waits for nobody's word to be retired.
  await sessions.of(vm).exclusively(async () => {
    const { decision, record } = await lookAtSource(services, vm, 'hand-over');
    const isDestination = session?.plan.destination === host;
    if (mayRemove({ decision, record, isDestination })) await hypervisor.end(vm, 'at-once');
    // An agent that died may not have come to it; who still fetches memory may need it.
    else if (asDestination !== 'lacking' && (asSource === 'running' || asSource === 'paused'))
      await forgetSecret(services, vm);
  });
}

/** The source may still wait for the word that it is needed no more. */
function awaitsWhole({ plan, journal }: MigrationSession): boolean {
  return plan.policy.postCopy === 'last-resort' && journal.last('running') !== null && journal.last('whole') === null;
}

async function resumeDestination(services: AgentServices, vm: VmId, session: MigrationSession | null): Promise<void> {
  if (session && session.plan.destination === services.host) {
    if (session.signal.aborted) {
      await services.sessions.of(vm).exclusively(() => discardDestination(services, session));
      return;
    }
    const { running, waiting } = takeOver(services, session);
    const told = running.then(() => undefined).catch((error: unknown) => services.log.warn({ vm, error }, 'take-over'));
    // What waits for others waits on: also for the word that this copy is not needed, which only an agent that is up hears.
    await Promise.race([told, waiting]);
  }
}

async function resumeSource(services: AgentServices, session: MigrationSession, copy: HandingOver): Promise<void> {
  const { vm } = session.plan;
  if (session.signal.aborted) {
    const reopened = await withdrawAgain(services, session);
    return reopened === null ? undefined : resumeSource(services, reopened, copy);
  }
  const { done } = handOver(services, session);
  const told = done.then(() => undefined).catch((error: unknown) => services.log.warn({ vm, error }, 'hand-over'));
  const stage = services.hypervisor.source.stage(vm);
  done.then(() => serve(services, session)).catch((error: unknown) => services.log.warn({ vm, error }, 'post-copy'));
  if (copy !== 'copying' || stage === 'held' || stage === 'finishing') await told;
}

/** What was being withdrawn as the agent died. Answers the session in which to go on where it is too late for that. */
async function withdrawAgain(services: AgentServices, session: MigrationSession): Promise<MigrationSession | null> {
  const machine = services.sessions.of(session.plan.vm);
  return machine.exclusively(async () => {
    const { outcome } = await takeBack(services, session, 'withdraw');
    if (outcome === 'kept' || outcome === 'ended') return null;
    machine.reopen(session);
    return machine.current;
  });
}
