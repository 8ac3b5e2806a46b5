import type { HostControlActivities, ProbeTarget } from '@ferry/contracts';
import { finding, type Finding, type HostId } from '@ferry/domain';
import { failureOf } from '../failure.ts';

type Control = (host: HostId) => HostControlActivities;

/** By source, then by destination. */
export type Unreached = Map<HostId, Map<HostId, Finding[]>>;

/**
 * Whether each source reaches each destination as a stream would: every destination listens once, and every source probes
 * all of them in one visit. What is not reached is tried once more; who doesn't answer is not waited for again.
 */
export async function probeHosts(
  sources: readonly HostId[],
  destinations: readonly HostId[],
  control: Control,
): Promise<Unreached> {
  const first = await probeOnce(sources, destinations, control);
  const isUnreached = (found: Map<HostId, Finding[]>, host: HostId) =>
    found.get(host)?.some(({ code }) => code === 'MIGRATION_ADDRESS_UNREACHABLE') === true;
  const again = destinations.filter((host) => [...first.values()].some((found) => isUnreached(found, host)));
  if (again.length === 0) return first;
  const second = await probeOnce(sources, again, control);
  return new Map([...first].map(([source, found]) => [source, new Map([...found, ...(second.get(source) ?? [])])]));
}

async function probeOnce(
  sources: readonly HostId[],
  destinations: readonly HostId[],
  control: Control,
): Promise<Unreached> {
  const ways = await Promise.all(destinations.map((host) => listen(sources, host, control)));
  return new Map(
    await Promise.all(sources.map(async (source) => [source, await probe(source, ways, control)] as const)),
  );
}

/** To a destination: where it listens, or why it does not. */
interface Way {
  destination: HostId;
  target: ProbeTarget | null;
  findings: Finding[];
}

async function listen(sources: readonly HostId[], destination: HostId, control: Control): Promise<Way> {
  const probes = sources.filter((source) => source !== destination).length;
  if (probes === 0) return { destination, target: null, findings: [] };
  try {
    return { destination, findings: [], ...(await control(destination).listenForProbes({ probes })) };
  } catch (error) {
    return { destination, target: null, findings: [untold(destination, error)] };
  }
}

async function probe(source: HostId, ways: readonly Way[], control: Control): Promise<Map<HostId, Finding[]>> {
  const others = ways.filter(({ destination }) => destination !== source);
  const targets = others.flatMap(({ target }) => target ?? []);
  const found = await probed(source, targets, control);
  return new Map(
    others.map(({ destination, target, findings }) => [
      destination,
      target === null ? findings : (found[targets.indexOf(target)] ?? []),
    ]),
  );
}

/** What the source found out of each target, in their order. */
async function probed(source: HostId, targets: ProbeTarget[], control: Control): Promise<Finding[][]> {
  if (targets.length === 0) return [];
  try {
    return await control(source).probe({ targets });
  } catch (error) {
    return targets.map(() => [untold(source, error)]);
  }
}

function untold(host: HostId, error: unknown): Finding {
  return finding('CHECK_FAILED', host, `The migration network could not be probed: ${failureOf(error).detail}.`);
}
