import type { HostId, Instant, VirtualMachineReport } from '@ferry/domain';
import type { VirtualMachineRow } from './virtual-machine-schema.ts';

/** One host's word on one VM. */
export interface Sighting {
  host: HostId;
  at: Instant;
  copy: VirtualMachineReport;
}

/**
 * What is known of a VM after a host's word on its copy there. Several hosts may have one: the newest generation of the
 * record says whose copy is the guest, and only that host's word on place and status counts.
 */
export function placeVirtualMachine(known: VirtualMachineRow | null, sighting: Sighting): VirtualMachineRow {
  const { host, at, copy } = sighting;
  const { definition, status, owner, generation } = copy;
  const theGuest = { id: definition.id, status, host: status === 'stopped' ? null : host, owner };
  const told = { ...theGuest, generation, definition, reportedAt: at };
  if (known === null) return owner === null || owner === host ? told : { ...told, host: owner, status: 'unknown' };
  if (generation < known.generation) return known;
  if (owner === host) return told;
  // While the handle is released nobody owns the guest: it still shows where it was last.
  if (owner === null) return known.host === null || known.host === host ? told : { ...known, owner, generation };
  // Another host's copy is the guest: that host will tell of its status itself.
  return generation > known.generation ? { ...known, host: owner, owner, generation } : known;
}

/** A host no longer reports a VM whose place it was: the guest ended. */
export function vanish(known: VirtualMachineRow, host: HostId, at: Instant): VirtualMachineRow {
  // What is known may be younger than the report: the guest has just arrived, or was just started.
  if (known.host !== host || at < known.reportedAt) return known;
  return { ...known, status: 'stopped', host: null, reportedAt: at };
}
