import type { HostControlActivities, Listened, SourceInspection } from '@ferry/contracts';
import { finding, type Finding, type HostId, type VmId } from '@ferry/domain';
import { failureOf } from '../failure.ts';

/** What a host has told. */
export interface FirstVisit {
  /** Of each of its VMs. */
  inspections: ReadonlyMap<VmId, SourceInspection>;
  /** Where a stream would reach it, or why none would; null where it was not asked or does not answer. */
  listened: Listened | null;
  /** Set where it does not answer. */
  silent: Finding | null;
}

/** Asks a host about its VMs, and to listen for so many probes. Who is asked nothing is not visited. */
export async function firstVisit(
  control: HostControlActivities,
  host: HostId,
  asked: { vms: VmId[]; probes: number },
): Promise<FirstVisit> {
  const nothing = { inspections: new Map(), listened: null };
  if (asked.vms.length + asked.probes === 0) return { ...nothing, silent: null };
  try {
    const { inspections, listened } = await control.firstVisit(asked);
    return { inspections: new Map(inspections.map((each, at) => [asked.vms[at] ?? '', each])), listened, silent: null };
  } catch (error) {
    return { ...nothing, silent: finding('HOST_SILENT', host, `${failureOf(error).detail}.`) };
  }
}
