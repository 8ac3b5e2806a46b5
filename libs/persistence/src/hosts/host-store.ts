import type { HostId, HostReport } from '@ferry/domain';
import type { Page, PageRequest } from '../cursor.ts';
import type { HostRow } from './host-schema.ts';

/** A host that has not reported for longer than this is silent: nothing is started there. */
export const SILENT_AFTER_MS = 10_000;

export interface HostRecord extends Omit<HostRow, 'receivedAt' | 'silentMs'> {
  status: 'up' | 'silent';
  /** How many VMs are there. */
  virtualMachines: number;
}

/** Hosts, as their agents report them. */
export interface HostStore {
  /**
   * Stores what an agent tells of its host, and of the VMs there if it is `vouched` for: anybody can say that a VM is
   * theirs. One that is older than the stored one changes nothing, unless the host had fallen silent (then its clock was
   * corrected).
   */
  report(report: HostReport, vouched: boolean): Promise<void>;
  find(id: HostId): Promise<HostRecord | null>;
  /** By id. */
  list(request: PageRequest): Promise<Page<HostRecord>>;
}

export function statusOf(host: Pick<HostRow, 'silentMs'>): HostRecord['status'] {
  return host.silentMs > SILENT_AFTER_MS ? 'silent' : 'up';
}

/** Whether a report must not replace what is stored of its host. */
export function isOutdated(report: HostReport, stored: HostRow | null): boolean {
  return stored !== null && statusOf(stored) === 'up' && report.at < stored.reportedAt;
}
