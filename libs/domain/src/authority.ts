import type { HandleClaim } from './handle.ts';
import { ownerOf } from './handle.ts';
import type { HostId, MigrationId } from './identifiers.ts';

/** What the record on the witness says, or that nobody can tell. */
export type KnownRecord = HandleClaim | 'unreachable' | null;

/**
 * The source's copy, asked of the host and never remembered.
 * - `copying`: its transfer goes on, and it may yet run by itself
 * - `settled`: it has handed over its whole state and can't run by itself
 * - `died`: gone in its switchover, and known not to have resumed: the destination may have the whole state, and it is not stale
 * - `absent`: gone, and the destination can't have a state that is whole and not stale
 * - `unknown`: also where it is gone and nobody saw whether it had resumed by itself before
 */
export type SourceCopy = 'running' | 'copying' | 'settled' | 'paused' | 'died' | 'absent' | 'unknown';
/** The destination's copy. `settled`: it has the whole state and waits to be told. */
export type DestinationCopy = 'absent' | 'receiving' | 'settled' | 'running' | 'unknown';

export interface SourceFacts {
  host: HostId;
  migration: MigrationId;
  record: KnownRecord;
  copy: SourceCopy;
  /** `hand-over`: the migration goes on. `withdraw`: it was cancelled or has failed. `reclaim`: the blackout took too long. */
  intent: 'hand-over' | 'withdraw' | 'reclaim';
}

/**
 * - `wait`: nothing to do until a fact changes
 * - `release`: append `released`
 * - `stop`: append `stopped`; the guest ended here and no other copy of it can be whole
 * - `reclaim`: append `reclaimed`; only who wins may resume
 * - `cancel-transfer`: tell the hypervisor to give up the transfer, then look again
 * - `resume`: start the CPUs; the record says so
 * - `keep`: the guest is here and this host's; nothing to undo
 * - `retire`: end this copy; another host owns the guest, or nobody needs it
 * - `give-up`: no copy here and the record not ours to change
 * - `undecidable`: a fact is missing; touch nothing
 */
export type SourceDecision =
  | 'wait'
  | 'release'
  | 'stop'
  | 'reclaim'
  | 'cancel-transfer'
  | 'resume'
  | 'keep'
  | 'retire'
  | 'give-up'
  | 'undecidable';

/** What the source's agent may do now. The only place where this is decided. */
export function decideSource({ host, migration, record, copy, intent }: SourceFacts): SourceDecision {
  if (record === 'unreachable' || copy === 'unknown') return 'undecidable';
  if (record?.kind === 'released' && record.source === host) return decideReleased(copy, intent);
  // Once taken back, this migration never hands over again.
  const takenBack = record?.kind === 'reclaimed' && record.migration === migration;
  if (ownerOf(record) === host && takenBack) return decideWithdrawing(copy);
  if (ownerOf(record) === host) return intent === 'hand-over' ? decideHandingOver(copy) : decideWithdrawing(copy);
  return isGone(copy) ? 'give-up' : 'retire';
}

function decideHandingOver(copy: Exclude<SourceCopy, 'unknown'>): SourceDecision {
  switch (copy) {
    case 'running':
    case 'paused':
    case 'copying':
      return 'wait';
    // Settled, or proven dead: either way this copy can't run by itself any more.
    case 'settled':
    case 'died':
      return 'release';
    case 'absent':
      return 'stop';
  }
}

function decideWithdrawing(copy: Exclude<SourceCopy, 'unknown'>): SourceDecision {
  switch (copy) {
    case 'running':
    case 'paused':
      return 'keep';
    case 'copying':
      return 'cancel-transfer';
    // The record never left this host, so the destination can't have started.
    case 'settled':
      return 'resume';
    // The destination's copy may be the only one left.
    case 'died':
      return 'release';
    case 'absent':
      return 'stop';
  }
}

function decideReleased(copy: Exclude<SourceCopy, 'unknown'>, intent: SourceFacts['intent']): SourceDecision {
  if (isGone(copy)) return 'give-up';
  return intent === 'hand-over' ? 'wait' : 'reclaim';
}

function isGone(copy: SourceCopy): boolean {
  return copy === 'absent' || copy === 'died';
}

export interface DestinationFacts {
  host: HostId;
  migration: MigrationId;
  record: KnownRecord;
  copy: DestinationCopy;
  /** `take-over`: the migration goes on. `discard`: compensation wants this copy gone. */
  intent: 'take-over' | 'discard';
}

/**
 * - `wait`: nothing to do until a fact changes
 * - `start`: append `started`; only who wins may run
 * - `run`: start the CPUs; the record says so
 * - `done`: it runs here
 * - `destroy`: end this copy; it is not, and can't become, the guest
 * - `refuse`: this copy is, or may be, the guest: it must not be destroyed
 * - `lost`: the guest is this host's by the record, and its copy is gone: a host failure
 * - `undecidable`: a fact is missing; touch nothing
 */
export type DestinationDecision = 'wait' | 'start' | 'run' | 'done' | 'destroy' | 'refuse' | 'lost' | 'undecidable';

/** What the destination's agent may do now. The only place where this is decided. */
export function decideDestination({ host, migration, record, copy, intent }: DestinationFacts): DestinationDecision {
  if (record === 'unreachable') return 'undecidable';
  const ours = ownerOf(record) === host;
  const oursToTake = record?.kind === 'released' && record.destination === host && record.migration === migration;
  // Another host may own the guest, or nobody: whatever the copy here is, and though it may not answer, it can't become the guest...
  if (intent === 'discard' && !ours && !oursToTake) return 'destroy';
  if (copy === 'unknown') return 'undecidable';
  if (ours) return decideOwning(copy, intent);
  if (oursToTake) return decideReleasedTo(copy, intent);
  // ...save while its source still hands over. One that has taken the guest back may yet die before it resumed, and release again.
  return copy !== 'absent' && ownerOf(record) !== null ? 'wait' : 'destroy';
}

function decideOwning(
  copy: Exclude<DestinationCopy, 'unknown'>,
  intent: DestinationFacts['intent'],
): DestinationDecision {
  if (copy === 'absent' || copy === 'receiving') return 'lost';
  if (intent === 'discard') return 'refuse';
  return copy === 'running' ? 'done' : 'run';
}

function decideReleasedTo(
  copy: Exclude<DestinationCopy, 'unknown'>,
  intent: DestinationFacts['intent'],
): DestinationDecision {
  // Nobody runs, and this copy may be the only one left: whoever wants it gone has to take the guest back first.
  if (intent === 'discard') return copy === 'settled' ? 'refuse' : 'destroy';
  switch (copy) {
    case 'settled':
      return 'start';
    case 'receiving':
      return 'wait';
    case 'absent':
      return 'lost';
    // It runs though nobody told it to: no other copy may be started on top of that.
    case 'running':
      return 'undecidable';
  }
}
