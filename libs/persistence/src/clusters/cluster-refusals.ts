import { FerryError, type ClusterName, type HostId, type MigrationId, type VmId } from '@ferry/domain';
import type { MemberRow } from './member-schema.ts';

/** Why a change of clusters is refused, in the same words wherever they are kept. */

export function demandNew(name: ClusterName, there: boolean): void {
  if (!there) return;
  const fields = [{ field: 'name', message: 'is the name of another cluster' }];
  throw new FerryError('CLUSTER_ALREADY_THERE', `There is a cluster ${name}.`, { fields });
}

export function demandKnown(name: ClusterName, there: boolean): void {
  if (there) return;
  const fields = [{ field: 'cluster', message: 'is the name of no cluster' }];
  throw new FerryError('CLUSTER_UNKNOWN', `There is no cluster ${name}.`, { fields });
}

export function demandNoMembers(name: ClusterName, hosts: readonly HostId[]): void {
  if (hosts.length > 0) throw new FerryError('CLUSTER_NOT_EMPTY', `Members of ${name} are ${hosts.join(', ')}.`);
}

export function demandNoOtherCluster(cluster: ClusterName, member: MemberRow | null): void {
  if (member === null || member.cluster === cluster) return;
  const fields = [{ field: 'host', message: `is a member of ${member.cluster}` }];
  throw new FerryError('HOST_ALREADY_MEMBER', `${member.host} is a member of ${member.cluster}.`, { fields });
}

export function demandBelongs(host: HostId, belongs: boolean): void {
  if (belongs) return;
  const fields = [{ field: 'host', message: 'is neither a member of a cluster nor invited' }];
  throw new FerryError('NOT_IN_CLUSTER', `${host} is neither a member of a cluster nor invited.`, { fields });
}

export function demandEmpty(host: HostId, vms: readonly VmId[], migrations: readonly MigrationId[]): void {
  if (vms.length + migrations.length === 0) return;
  const what = [
    ...(vms.length > 0 ? [`virtual machines: ${vms.join(', ')}`] : []),
    ...(migrations.length > 0 ? [`migrations under way: ${migrations.join(', ')}`] : []),
  ];
  throw new FerryError('HOST_NOT_EMPTY', `${host} has ${what.join('; ')}.`);
}
