import { FerryError } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { lookAtSource } from './look.ts';

/**
 * Tells a transfer that does not come to its end to go over to post-copy; answers false where there is no such way. One that
 * has come to its switchover meanwhile, is held or was told before is left alone. The switchover is the handover's, as always.
 */
export async function beginPostCopy(services: AgentServices, session: MigrationSession): Promise<boolean> {
  const { sessions, hypervisor, log } = services;
  const { vm } = session.plan;
  const { journal } = session;
  // A guest that stands still does not outrun its transfer.
  if (journal.last('transfer-started')?.paused === true) return false;
  return sessions.of(vm).exclusively(async () => {
    session.signal.throwIfAborted();
    if (session.plan.gate === 'shut' || hypervisor.source.stage(vm) !== 'copying') return true;
    const { decision, copy } = await lookAtSource(services, vm, 'hand-over');
    if (decision !== 'wait' || copy !== 'copying') return true;
    if (journal.under(session.plan.epoch).some(({ name }) => name === 'post-copy-asked')) return true;
    journal.append({ name: 'post-copy-asked' });
    await journal.sync();
    try {
      await hypervisor.postCopy.begin(vm);
      log.warn({ vm }, 'the transfer does not come to its end: post-copy was asked for');
      return true;
    } catch (error) {
      if (!(error instanceof FerryError) || error.code !== 'HYPERVISOR_FAILED') throw error;
      log.warn({ vm, error }, 'the hypervisor did not begin post-copy');
      return hypervisor.source.stage(vm) !== 'copying';
    }
  });
}
