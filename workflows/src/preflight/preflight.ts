import type {
  Arrival,
  HostControlActivities,
  PreflightInput,
  PreflightReport,
  SourceInspection,
} from '@ferry/contracts';
import { finding, PHASE_TITLE, type Finding, type HostId, type VmId } from '@ferry/domain';
import { failureOf } from '../failure.ts';
import { controlForMany, controlIfThere } from '../hosts.ts';
import { probeHosts } from './probe-hosts.ts';

const SUMMARY = PHASE_TITLE.preflight;

type Control = (host: HostId) => HostControlActivities;

/**
 * Checks whether each VM could move to each of these hosts, with one visit to each source, and then to each destination.
 * Nothing is touched, and nobody has to wait for a turn.
 */
export async function preflight({ machines, destinations }: PreflightInput): Promise<PreflightReport[]> {
  const control: Control = (host) => (machines.length > 1 ? controlForMany : controlIfThere)(host, SUMMARY);
  const sources = [...new Set(machines.map(({ source }) => source))];
  const probing = probeHosts(sources, destinations, control);
  const atSources = await inspectSources(control, sources, machines);
  const [there, unreached] = await Promise.all([
    Promise.all(destinations.map((host) => inspectDestination(control, host, atSources))),
    probing,
  ]);
  return atSources.map(({ vm, source, findings, configuration }) => ({
    vm,
    source: { host: source, findings },
    destinations: destinations.flatMap((host, at) => {
      if (host === source) return [];
      if (configuration === null) return nothingToCompare(host);
      const visit = there[at] ?? new Map<VmId, Finding[]>();
      if (!(visit instanceof Map)) return { host, findings: [visit] };
      return { host, findings: [...(visit.get(vm) ?? []), ...(unreached.get(source)?.get(host) ?? [])] };
    }),
  }));
}

/** A VM, and what its source has found out. */
type AtSource = PreflightInput['machines'][number] &
  Omit<SourceInspection, 'host'> &
  Pick<Partial<SourceInspection>, 'host'>;

async function inspectSources(
  control: Control,
  sources: readonly HostId[],
  machines: PreflightInput['machines'],
): Promise<AtSource[]> {
  const visits = await Promise.all(
    sources.map(async (source): Promise<AtSource[]> => {
      const here = machines.filter((machine) => machine.source === source);
      try {
        const vms = here.map(({ vm }) => vm);
        const inspections = await control(source).inspectSources({ vms, predictFor: {} });
        return here.flatMap((machine, at) => {
          const inspection = inspections[at];
          return inspection === undefined ? [] : { ...machine, ...inspection };
        });
      } catch (error) {
        const findings = [silent(source, error)];
        return here.map((machine) => ({ ...machine, findings, configuration: null }));
      }
    }),
  );
  return visits.flat();
}

/** What the host found for each VM that might come, or the finding that it does not answer. */
async function inspectDestination(
  control: Control,
  destination: HostId,
  atSources: readonly AtSource[],
): Promise<Map<VmId, Finding[]> | Finding> {
  const coming = atSources.flatMap(({ vm, source, configuration, host }) =>
    source === destination || configuration === null || host === undefined
      ? []
      : { vm, arrival: { configuration, source: host } satisfies Arrival },
  );
  if (coming.length === 0) return new Map();
  try {
    const arrivals = coming.map(({ arrival }) => arrival);
    const found = await control(destination).inspectDestinations({ arrivals });
    return new Map(coming.map(({ vm }, at) => [vm, found[at] ?? []]));
  } catch (error) {
    return silent(destination, error);
  }
}

function silent(host: HostId, error: unknown): Finding {
  return finding('HOST_SILENT', host, `${failureOf(error).detail}.`);
}

function nothingToCompare(host: HostId): PreflightReport['destinations'][number] {
  const facts = 'Without the VM’s configuration from its source there is nothing to hold this host against.';
  return { host, findings: [finding('CHECK_FAILED', host, facts)] };
}
