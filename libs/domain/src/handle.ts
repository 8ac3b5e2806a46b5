import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';

/**
 * One generation of a VM's storage handle: the right to write its disks, and so to run its guest.
 *
 *     (none) ─► held ─► released ─┬─► started ─► released …
 *                 ▲               │      └─► whole ─► released …   (after post-copy)
 *                 ▲               ├─► reclaimed ─► released …
 *                 │               └─► declined ─► reclaimed, or stopped
 *                 └── stopped ◄── whoever owned it
 *
 * Generations are only ever appended; whoever appends the next one has won.
 */
export type HandleRecord = HandleClaim & {
  vm: VmId;
  generation: number;
  /** The writer's own clock: for people, never for a decision. */
  at: Instant;
  writer: HostId;
};

/** What a record says, without who wrote it when. */
export type HandleClaim =
  | { kind: 'held'; host: HostId }
  | { kind: 'released'; source: HostId; destination: HostId; migration: MigrationId }
  | { kind: 'started'; host: HostId; migration: MigrationId }
  /** By the destination, after post-copy: it has all of the guest's memory, and the source's copy is needed no more. */
  | { kind: 'whole'; host: HostId; migration: MigrationId }
  /** By the destination, instead of `started`: it has no copy to start. The guest is the source's to take back, or to give up. */
  | { kind: 'declined'; source: HostId; destination: HostId; migration: MigrationId }
  | { kind: 'reclaimed'; host: HostId; migration: MigrationId }
  | { kind: 'stopped'; host: HostId }
  /** By a person, where nobody else could tell whose the guest is. */
  | { kind: 'assigned'; host: HostId; migration: MigrationId; by: string; reason: string };

/** Who may run the guest by this record: nobody while it is released, declined or stopped. */
export function ownerOf(record: HandleClaim | null): HostId | null {
  if (record === null) return null;
  switch (record.kind) {
    case 'held':
    case 'started':
    case 'whole':
    case 'reclaimed':
    case 'assigned':
      return record.host;
    case 'released':
    case 'declined':
    case 'stopped':
      return null;
  }
}

/** Whether its owner came by the guest so that part of its memory may still be at the source, until the owner says otherwise. */
export function mayNeedTheSource(
  record: HandleClaim,
): record is Extract<HandleClaim, { kind: 'started' | 'assigned' }> {
  return record.kind === 'started' || record.kind === 'assigned';
}

/** Whether `next` may follow `current` at all. The swap decides who of several wins. */
export function maySucceed(current: HandleClaim | null, next: HandleClaim): boolean {
  if (next.kind === 'assigned') return current !== null && current.kind !== 'stopped';
  if (current === null || current.kind === 'stopped') return next.kind === 'held';
  if (current.kind === 'released') return mayAnswer(current, next);
  if (current.kind === 'declined') {
    if (next.kind === 'stopped') return next.host === current.source;
    return next.kind === 'reclaimed' && next.host === current.source && next.migration === current.migration;
  }
  const owner = ownerOf(current);
  if (next.kind === 'released') return next.source === owner && next.destination !== owner;
  if (next.kind === 'stopped') return next.host === owner;
  if (next.kind === 'whole')
    return mayNeedTheSource(current) && next.host === owner && next.migration === current.migration;
  return false;
}

function mayAnswer(released: Extract<HandleClaim, { kind: 'released' }>, next: HandleClaim): boolean {
  const { source, destination, migration } = released;
  switch (next.kind) {
    case 'started':
      return next.host === destination && next.migration === migration;
    case 'reclaimed':
      return next.host === source && next.migration === migration;
    case 'declined':
      return next.source === source && next.destination === destination && next.migration === migration;
    default:
      return false;
  }
}

/** What the source appends to take back what it had released. @throws Error of a record that nobody can take back */
export function reclaimOf(record: HandleClaim | null): HandleClaim {
  if (record?.kind !== 'released' && record?.kind !== 'declined')
    throw new Error(`${record?.kind ?? 'nothing'} can’t be reclaimed`);
  return { kind: 'reclaimed', host: record.source, migration: record.migration };
}
