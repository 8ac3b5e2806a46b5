import type { Arrival, HostControlActivities, Listened, PreflightInput, PreflightReport } from '@ferry/contracts';
import { finding, PHASE_TITLE, type Finding, type HostId, type VmId } from '@ferry/domain';
import { controlForMany, controlIfThere } from '../hosts.ts';
import { firstVisit, type FirstVisit } from './first-visit.ts';
import { secondVisit, type SecondVisit } from './second-visit.ts';

const SUMMARY = PHASE_TITLE.preflight;
const AT_A_TIME = 8;

/**
 * Checks whether each VM could move to each of these hosts, in two visits to every host: it tells what there is, and
 * compares itself with what might come. Nothing is touched, and nobody has to wait for a turn.
 */
export async function preflight({ machines, destinations }: PreflightInput): Promise<PreflightReport[]> {
  const control = (host: HostId): HostControlActivities =>
    (machines.length > 1 ? controlForMany : controlIfThere)(host, SUMMARY);
  const sources = [...new Set(machines.map(({ source }) => source))];
  const vmsOf = (host: HostId) => machines.filter(({ source }) => source === host).map(({ vm }) => vm);
  const probesTo = (host: HostId) =>
    destinations.includes(host) ? sources.filter((source) => source !== host).length : 0;

  const told = await visitAll([...new Set([...sources, ...destinations])], (host) =>
    firstVisit(control(host), host, { vms: vmsOf(host), probes: probesTo(host) }),
  );
  const found = await visitAll([...told.keys()], (host) => {
    // Who did not answer is not waited for again.
    const answers = !told.get(host)?.silent;
    return secondVisit(control(host), host, {
      arrivals: answers && destinations.includes(host) ? comingTo(host, told) : new Map(),
      ways: answers && sources.includes(host) ? waysFrom(host, told) : new Map(),
    });
  });

  // An agent that was restarted in between has let go of where it listened.
  const unreached = (source: HostId) => destinations.filter((host) => isUnreached(found.get(source), host));
  const again = [...new Set(sources.flatMap(unreached))];
  const toldAgain = await visitAll(again, (host) => {
    const probes = sources.filter((source) => unreached(source).includes(host)).length;
    return firstVisit(control(host), host, { vms: [], probes });
  });
  const probedAgain = await visitAll(sources, (host) => {
    const ways = [...waysFrom(host, toldAgain)].filter(([to]) => unreached(host).includes(to));
    return secondVisit(control(host), host, { arrivals: new Map(), ways: new Map(ways) });
  });

  return machines.map(({ vm, source }) => {
    const atSource = told.get(source);
    const inspection = atSource?.inspections.get(vm);
    const findingsAt = (host: HostId): Finding[] => {
      if (!inspection?.configuration) return [nothingToCompare(host)];
      const there = found.get(host);
      const silent = told.get(host)?.silent ?? there?.silent;
      if (silent) return [silent];
      const way = probedAgain.get(source)?.reached.get(host) ?? found.get(source)?.reached.get(host);
      return [...(there?.found.get(vm) ?? []), ...(way ?? [])];
    };
    return {
      vm,
      source: { host: source, findings: inspection?.findings ?? (atSource?.silent ? [atSource.silent] : []) },
      destinations: destinations
        .filter((host) => host !== source)
        .map((host) => ({ host, findings: findingsAt(host) })),
    };
  });
}

/** Some at a time: all of them look at storage that they share. */
async function visitAll<Visit>(
  hosts: readonly HostId[],
  visit: (host: HostId) => Promise<Visit>,
): Promise<Map<HostId, Visit>> {
  const visits = new Map<HostId, Visit>();
  const waiting = hosts.values();
  const oneByOne = async () => {
    for (const host of waiting) visits.set(host, await visit(host));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, oneByOne));
  return visits;
}

/** The VMs of all others. */
function comingTo(host: HostId, told: ReadonlyMap<HostId, FirstVisit>): Map<VmId, Arrival> {
  const elsewhere = [...told].filter(([source]) => source !== host);
  return new Map(
    elsewhere.flatMap(([, { inspections }]) =>
      [...inspections].flatMap(([vm, { configuration, host: source }]) =>
        configuration === null ? [] : [[vm, { configuration, source }] as const],
      ),
    ),
  );
}

/** To all others that were asked where they listen. */
function waysFrom(host: HostId, told: ReadonlyMap<HostId, FirstVisit>): Map<HostId, Listened> {
  return new Map(
    [...told].flatMap(([to, { listened }]) => (to === host || !listened ? [] : [[to, listened] as const])),
  );
}

function isUnreached(from: SecondVisit | undefined, host: HostId): boolean {
  return from?.reached.get(host)?.some(({ code }) => code === 'MIGRATION_ADDRESS_UNREACHABLE') === true;
}

function nothingToCompare(host: HostId): Finding {
  const facts = 'Without the VM’s configuration from its source there is nothing to hold this host against.';
  return finding('CHECK_FAILED', host, facts);
}
