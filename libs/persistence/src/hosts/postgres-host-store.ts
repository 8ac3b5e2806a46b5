import type { HostId, HostReport } from '@ferry/domain';
import type { EntityManager } from 'typeorm';
import { decodeCursor, pageOf, type Page, type PageRequest } from '../cursor.ts';
import type { Database } from '../database.ts';
import { storable } from '../storable.ts';
import { observeHost } from '../virtual-machines/observe-host.ts';
import { without } from '../without.ts';
import { hostSchema, type HostRow } from './host-schema.ts';
import { lockHost } from './lock-host.ts';
import { isOutdated, statusOf, type HostRecord, type HostStore } from './host-store.ts';

/** Hosts and VMs are listed by their names. */
export const NAME_CURSOR = [/^[a-z0-9-]{1,40}$/] as const;

export class PostgresHostStore implements HostStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async report(told: HostReport, vouched: boolean): Promise<void> {
    const report = storable(told);
    await this.#database.write(async (manager) => {
      // The next report is a second away: not worth waiting for the disk.
      await manager.query('SET LOCAL synchronous_commit = off');
      await lockHost(manager, report.host);
      const stored = await manager.findOneBy(hostSchema, { id: report.host });
      if (isOutdated(report, stored)) return;
      await upsert(manager, report);
      if (vouched) await observeHost(manager, report);
    });
  }

  async find(id: HostId): Promise<HostRecord | null> {
    return this.#database.read(async (manager) => {
      const found = await manager.findOneBy(hostSchema, { id });
      if (found === null) return null;
      const [record] = await withCounts(manager, [found]);
      return record ?? null;
    });
  }

  async list({ cursor, limit }: PageRequest): Promise<Page<HostRecord>> {
    const [from] = cursor === undefined ? [''] : decodeCursor(cursor, NAME_CURSOR);
    return this.#database.read(async (manager) => {
      const found = await manager
        .createQueryBuilder(hostSchema, 'host')
        .where('host.id > :from', { from })
        .orderBy('host.id', 'ASC')
        .limit(limit + 1)
        .getMany();
      return pageOf(await withCounts(manager, found), limit, (host) => [host.id]);
    });
  }
}

async function upsert(manager: EntityManager, report: HostReport): Promise<void> {
  const { agentVersion, hypervisor, cpu, memory, migrationAddress, networks } = report;
  const told = { agentVersion, hypervisor, cpu, memory, migrationAddress, networks, reportedAt: report.at };
  const { columns } = manager.dataSource.getMetadata(hostSchema);
  const changing = columns.filter((column) => !column.isPrimary && !column.isVirtualProperty);
  await manager
    .createQueryBuilder()
    .insert()
    .into(hostSchema)
    .values({ id: report.host, ...told, receivedAt: () => 'clock_timestamp()' })
    .orUpdate(
      changing.map((column) => column.databaseName),
      ['id'],
    )
    .execute();
}

async function withCounts(manager: EntityManager, hosts: readonly HostRow[]): Promise<HostRecord[]> {
  const counts = await manager.query<{ host: string; count: number }[]>(
    'SELECT host, count(*)::integer AS count FROM virtual_machines WHERE host = ANY($1) GROUP BY host',
    [hosts.map((host) => host.id)],
  );
  const countOf = new Map(counts.map(({ host, count }) => [host, count]));
  return hosts.map((host) => ({
    ...without(without(host, 'receivedAt'), 'silentMs'),
    status: statusOf(host),
    virtualMachines: countOf.get(host.id) ?? 0,
  }));
}
