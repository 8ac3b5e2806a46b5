import { finding, type ClusterName, type Finding, type HostId } from '@ferry/domain';

/** Whether this host is a member of a cluster, and of the `other` one's, where there is another. */
export function inspectMembership(
  host: HostId,
  cluster: ClusterName | null,
  other?: { host: HostId; cluster: ClusterName | null },
): Finding | null {
  if (cluster === null) return finding('NOT_IN_CLUSTER', host, `${host} is a member of no cluster.`);
  if (other === undefined || other.cluster === cluster) return null;
  const there = other.cluster === null ? 'of none' : `of ${other.cluster}`;
  return finding('NOT_IN_CLUSTER', host, `${host} is a member of ${cluster}, and ${other.host} ${there}.`);
}
