import type { Arrival, HostControlActivities, Listened } from '@ferry/contracts';
import { finding, type Finding, type HostId, type VmId } from '@ferry/domain';
import { failureOf } from '../failure.ts';

/** What a host has found out. */
export interface SecondVisit {
  /** Of each VM that might come. */
  found: ReadonlyMap<VmId, Finding[]>;
  /** Of the way that its own VMs would go to each host. */
  reached: ReadonlyMap<HostId, Finding[]>;
  /** Set where it does not answer. */
  silent: Finding | null;
}

/** Lets a host compare itself with what might come, and try the ways that its own VMs would go. */
export async function secondVisit(
  control: HostControlActivities,
  host: HostId,
  { arrivals, ways }: { arrivals: ReadonlyMap<VmId, Arrival>; ways: ReadonlyMap<HostId, Listened> },
): Promise<SecondVisit> {
  const targets = [...ways.values()].flatMap(({ target }) => target ?? []);
  // Who can't listen has said why.
  const reached = new Map([...ways].flatMap(([to, way]) => (way.target === null ? [[to, way.findings]] : [])));
  if (arrivals.size + targets.length === 0) return { found: new Map(), reached, silent: null };
  try {
    const answer = await control.secondVisit({ arrivals: [...arrivals.values()], targets });
    for (const [at, target] of targets.entries()) reached.set(target.host, answer.targets[at] ?? []);
    return {
      found: new Map([...arrivals.keys()].map((vm, at) => [vm, answer.arrivals[at] ?? []])),
      reached,
      silent: null,
    };
  } catch (error) {
    const { detail } = failureOf(error);
    const untold = finding('CHECK_FAILED', host, `The migration network could not be probed: ${detail}.`);
    for (const target of targets) reached.set(target.host, [untold]);
    return { found: new Map(), reached, silent: finding('HOST_SILENT', host, `${detail}.`) };
  }
}
