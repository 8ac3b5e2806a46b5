import {
  DESTINATION_TABLE,
  type DestinationCopy,
  type DestinationDecision,
  type DestinationIntent,
  type DestinationStanding,
} from './destination-table.ts';
import { mayNeedTheSource, ownerOf, type HandleClaim } from './handle.ts';
import type { HostId, MigrationId } from './identifiers.ts';
import type { Ruling } from './ruling.ts';
import {
  SOURCE_TABLE,
  type SourceCopy,
  type SourceDecision,
  type SourceIntent,
  type SourceStanding,
} from './source-table.ts';

/** What the record on the witness says, or that nobody can tell. */
export type KnownRecord = HandleClaim | 'unreachable' | null;

interface Standpoint {
  host: HostId;
  migration: MigrationId;
  record: KnownRecord;
}

export interface SourceFacts extends Standpoint {
  copy: SourceCopy;
  intent: SourceIntent;
}

export interface DestinationFacts extends Standpoint {
  copy: DestinationCopy;
  intent: DestinationIntent;
}

/** What a host's agent may do with its own copy of a VM now, and why. The only place where this is decided. */
export function decideSource({ copy, intent, ...standpoint }: SourceFacts): Ruling<SourceDecision> {
  return SOURCE_TABLE[sourceStanding(standpoint)][copy][intent];
}

/**
 * Whether an agent that comes back may remove what it finds of its host's copy, dead or alive, when `decideSource` says
 * so of a handover. What is left of a dead one is nobody's once the guest is another host's; until then it may have to tell
 * people what happened, and at a destination the migration asks for it.
 */
export function mayRemove({
  decision,
  record,
  isDestination,
}: {
  decision: SourceDecision;
  record: KnownRecord;
  isDestination: boolean;
}): boolean {
  if (decision === 'retire') return true;
  return decision === 'give-up' && !isDestination && record !== 'unreachable' && ownerOf(record) !== null;
}

/** What the destination's agent may do now, and why. The only place where this is decided. */
export function decideDestination({ copy, intent, ...standpoint }: DestinationFacts): Ruling<DestinationDecision> {
  return DESTINATION_TABLE[destinationStanding(standpoint)][copy][intent];
}

function sourceStanding({ host, migration, record }: Standpoint): SourceStanding {
  if (record === 'unreachable') return 'unreachable';
  if (record === null) return 'unwritten';
  if (record.kind === 'stopped') return 'free';
  if (record.kind === 'released' || record.kind === 'declined')
    return record.source === host ? record.kind : 'elsewhere';
  if (record.host !== host)
    return mayNeedTheSource(record) && record.migration === migration ? 'started-there' : 'elsewhere';
  if (record.kind === 'held' || record.migration !== migration) return 'ours';
  return record.kind === 'assigned' ? 'assigned' : record.kind === 'reclaimed' ? 'taken-back' : 'ours';
}

function destinationStanding({ host, migration, record }: Standpoint): DestinationStanding {
  // What moves has run, and whatever has run has a record: where there is none, what was read is not the witness.
  if (record === 'unreachable' || record === null) return 'unreachable';
  if (record.kind === 'released' && record.destination === host && record.migration === migration) return 'to-take';
  const owner = ownerOf(record);
  if (owner === null) return 'nobodys';
  return owner === host ? 'ours' : 'owned';
}
