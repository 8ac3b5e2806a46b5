import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';

/**
 * One generation of a VM's storage handle: the right to write its disks, and so to run its guest.
 *
 *     (none) ─► held ─► released ─┬─► started ─► released …
 *                 ▲               └─► reclaimed ─► released …
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
  | { kind: 'reclaimed'; host: HostId; migration: MigrationId }
  | { kind: 'stopped'; host: HostId }
  | { kind: 'assigned'; host: HostId; by: string; reason: string };

/** Who may run the guest by this record: nobody while it is released or stopped. */
export function ownerOf(record: HandleClaim | null): HostId | null {
  if (record === null) return null;
  switch (record.kind) {
    case 'held':
    case 'started':
    case 'reclaimed':
    case 'assigned':
      return record.host;
    case 'released':
    case 'stopped':
      return null;
  }
}

/** Whether `next` may follow `current` at all. The swap decides who of several wins. */
export function maySucceed(current: HandleClaim | null, next: HandleClaim): boolean {
  if (next.kind === 'assigned') return current !== null;
  if (current === null || current.kind === 'stopped') return next.kind === 'held';
  if (current.kind === 'released') {
    if (next.kind === 'started') return next.host === current.destination && next.migration === current.migration;
    if (next.kind === 'reclaimed') return next.host === current.source && next.migration === current.migration;
    return false;
  }
  const owner = ownerOf(current);
  if (next.kind === 'released') return next.source === owner && next.destination !== owner;
  if (next.kind === 'stopped') return next.host === owner;
  return false;
}
