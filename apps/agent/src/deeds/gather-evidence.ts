import type { Evidence, MigrationPlan } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { lookAtDestination, lookAtSource } from '../handover/look.ts';

const journalEntries = 12;

/** Says what this host knows of the migration. Touches nothing, and takes no part in it: also of one that was superseded. */
export async function gatherEvidence(services: AgentServices, { vm, source }: MigrationPlan): Promise<Evidence> {
  const { host, hypervisor, sessions } = services;
  const looking = source === host ? lookAtSource(services, vm, 'withdraw') : lookAtDestination(services, vm, 'discard');
  const [{ record, copy, decision, reason }, progress, lastWords] = await Promise.all([
    looking,
    // Without a copy, or of one that is silent, there is none: which of the two, the look says.
    source === host ? hypervisor.source.progress(vm).catch(() => null) : null,
    hypervisor.lastWords(vm),
  ]);
  const journal = sessions.of(vm).current?.journal.entries.slice(-journalEntries) ?? [];
  return {
    ...{ host, at: new Date().toISOString(), record, copy, ruling: { decision, reason } },
    ...{ progress, lastWords, journal: journal.map(({ at, name }) => ({ at, name })) },
  };
}
