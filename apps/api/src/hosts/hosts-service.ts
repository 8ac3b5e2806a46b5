import type { Page, PageRequest, HostRecord } from '@ferry/persistence';
import { FerryError, type ClusterName, type HostId } from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import { Records } from '../records.ts';

@Injectable()
export class HostsService {
  constructor(private readonly records: Records) {}

  list(request: PageRequest): Promise<Page<HostRecord>> {
    return this.records.hosts.list(request);
  }

  /** Fails with `HOST_UNKNOWN`, naming the field that named the host. */
  async get(id: HostId, field = 'id'): Promise<HostRecord> {
    const host = await this.records.hosts.find(id);
    if (host !== null) return host;
    const message = 'is the name of no host';
    throw new FerryError('HOST_UNKNOWN', `There is no host ${id}.`, { fields: [{ field, message }] });
  }

  /** Fails with `HOST_UNKNOWN` or `HOST_GONE`. */
  async getUp(id: HostId, field: string): Promise<HostRecord> {
    const host = await this.get(id, field);
    if (host.status === 'up') return host;
    const detail = `The agent of ${id} was last heard from at ${host.reportedAt}.`;
    throw new FerryError('HOST_GONE', detail, { fields: [{ field, message: 'names a host that is silent' }] });
  }

  /** The same of a host that is a member of a cluster. Fails with `NOT_IN_CLUSTER` too. */
  async getMember(id: HostId, field: string): Promise<HostRecord & { cluster: ClusterName }> {
    const { cluster, ...host } = await this.getUp(id, field);
    if (cluster !== null) return { cluster, ...host };
    const fields = [{ field, message: 'names a host that is a member of no cluster' }];
    throw new FerryError('NOT_IN_CLUSTER', `${id} is a member of no cluster.`, { fields });
  }
}
