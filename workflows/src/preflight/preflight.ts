import type { Inspected, PreflightInput, PreflightReport } from '@ferry/contracts';
import { DEFAULT_POLICY, finding, PHASE_TITLE, type Finding, type HostId } from '@ferry/domain';
import { failureOf } from '../failure.ts';
import { controlIfThere } from '../hosts.ts';
import { probeMigrationNetwork } from './probe-migration-network.ts';

const SUMMARY = PHASE_TITLE.preflight;

/** Checks whether a VM could move to each of these hosts. Nothing is touched, and nobody has to wait for a turn. */
export async function preflight({ vm, source, destinations }: PreflightInput): Promise<PreflightReport> {
  const about = { vm };
  const probing = new Map(destinations.map((host) => [host, reach(source, host)]));
  const atSource = await unlessSilent(source, () =>
    controlIfThere(source, SUMMARY).inspectSource(about, { predictFor: DEFAULT_POLICY }),
  );
  if (Array.isArray(atSource) || atSource.configuration === null) {
    const findings = Array.isArray(atSource) ? atSource : atSource.findings;
    return { source: { host: source, findings }, destinations: destinations.map(nothingToCompare) };
  }
  const input = { configuration: atSource.configuration, source: atSource.host };
  const inspect = async (host: HostId): Promise<Inspected> => {
    const [there, unreachable = []] = await Promise.all([
      unlessSilent(host, () => controlIfThere(host, SUMMARY).inspectDestination(about, input)),
      probing.get(host),
    ]);
    return { host, findings: Array.isArray(there) ? there : [...there.findings, ...unreachable] };
  };
  return {
    source: { host: source, findings: atSource.findings },
    destinations: await Promise.all(destinations.map(inspect)),
  };
}

async function reach(source: HostId, host: HostId): Promise<Finding[]> {
  try {
    return await probeMigrationNetwork(controlIfThere(source, SUMMARY), controlIfThere(host, SUMMARY));
  } catch (error) {
    const facts = `Whether ${source} reaches ${host} could not be found out: ${failureOf(error).detail}.`;
    return [finding('CHECK_FAILED', source, facts)];
  }
}

/** What the host found out, or the finding that it does not answer. */
async function unlessSilent<Result>(host: HostId, ask: () => Promise<{ result: Result }>): Promise<Result | [Finding]> {
  try {
    return (await ask()).result;
  } catch (error) {
    return [finding('HOST_SILENT', host, `${failureOf(error).detail}.`)];
  }
}

function nothingToCompare(host: HostId): Inspected {
  const facts = 'Without the VM’s configuration from its source there is nothing to hold this host against.';
  return { host, findings: [finding('CHECK_FAILED', host, facts)] };
}
