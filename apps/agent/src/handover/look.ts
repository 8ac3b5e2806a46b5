import {
  decideDestination,
  decideSource,
  FerryError,
  type DestinationCopy,
  type DestinationDecision,
  type DestinationFacts,
  type HandleRecord,
  type HostId,
  type MigrationId,
  type SourceCopy,
  type Ruling,
  type SourceDecision,
  type SourceFacts,
  type VmId,
} from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { hasRun } from '../journal/has-run.ts';
import { remainsOf } from '../journal/remains-of.ts';

/** Looking and deciding, for whoever is about to act: the caller holds the VM's mutex. */

export interface SourceView extends Ruling<SourceDecision> {
  record: HandleRecord | null | 'unreachable';
  copy: SourceCopy;
}

/**
 * What has just been seen need not be asked again while the guest waits: of a copy that has settled nothing else can
 * become by itself, and of a record that another has followed the swap says so.
 */
export interface Seen<Copy> {
  record?: HandleRecord;
  copy?: Copy;
}

export async function lookAtSource(
  services: AgentServices,
  vm: VmId,
  intent: SourceFacts['intent'],
  seen: Seen<SourceCopy> = {},
): Promise<SourceView> {
  const [record, copy] = await Promise.all([
    seen.record ?? readRecord(services, vm),
    seen.copy ?? sourceCopy(services, vm),
  ]);
  return { record, copy, ...decideSource({ ...standpoint(services, vm), record, copy, intent }) };
}

export interface DestinationView extends Ruling<DestinationDecision> {
  record: HandleRecord | null | 'unreachable';
  copy: DestinationCopy;
}

export async function lookAtDestination(
  services: AgentServices,
  vm: VmId,
  intent: DestinationFacts['intent'],
  seen: Seen<DestinationCopy> = {},
): Promise<DestinationView> {
  const [record, copy] = await Promise.all([
    seen.record ?? readRecord(services, vm),
    seen.copy ?? destinationCopy(services, vm),
  ]);
  return { record, copy, ...decideDestination({ ...standpoint(services, vm), record, copy, intent }) };
}

/** What a view that is `undecidable` lacks, as an error. */
export function missingFact({ record, reason }: SourceView | DestinationView): FerryError {
  const unread = record === 'unreachable' || record === null;
  return new FerryError(unread ? 'WITNESS_UNREACHABLE' : 'HYPERVISOR_SILENT', reason);
}

async function readRecord({ witness }: AgentServices, vm: VmId): Promise<HandleRecord | null | 'unreachable'> {
  try {
    return await witness.read(vm);
  } catch (error) {
    if (error instanceof FerryError && error.code === 'WITNESS_UNREACHABLE') return 'unreachable';
    throw error;
  }
}

async function sourceCopy({ hypervisor, sessions }: AgentServices, vm: VmId): Promise<SourceCopy> {
  const copy = await hypervisor.source.inspect(vm);
  if (copy !== 'absent') return copy;
  const journal = sessions.of(vm).current?.journal;
  return remainsOf(journal?.entries ?? [], hypervisor.source.stage(vm));
}

/** One that stands may have run: the journal knows. */
async function destinationCopy({ hypervisor, sessions, host }: AgentServices, vm: VmId): Promise<DestinationCopy> {
  const copy = await hypervisor.destination.inspect(vm);
  const session = sessions.of(vm).current;
  if (session?.plan.destination !== host || !hasRun(session.journal.entries)) return copy;
  return copy === 'settled' ? 'halted' : copy === 'fetching' ? 'lacking' : copy;
}

function standpoint({ host, sessions }: AgentServices, vm: VmId): { host: HostId; migration: MigrationId } {
  // A VM that was never moved has no migration that a record could name.
  return { host, migration: sessions.of(vm).current?.plan.migration ?? '' };
}
