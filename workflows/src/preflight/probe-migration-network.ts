import type { HostControlActivities } from '@ferry/contracts';
import type { Finding } from '@ferry/domain';

/**
 * Whether the source reaches the destination as the stream would. What is not reached is tried once more: an agent that
 * has just been restarted has let go of where it listened.
 */
export async function probeMigrationNetwork(
  source: HostControlActivities,
  destination: HostControlActivities,
): Promise<Finding[]> {
  const findings = await probeOnce(source, destination);
  return findings.length === 0 ? findings : probeOnce(source, destination);
}

async function probeOnce(source: HostControlActivities, destination: HostControlActivities): Promise<Finding[]> {
  const listened = await destination.listenForProbes({ probes: 1 });
  if (listened.target === null) return listened.findings;
  const [findings = []] = await source.probe({ targets: [listened.target] });
  return findings;
}
