import { TERMINAL_STATES, type VmId, type VolumeIdentity } from '@ferry/domain';
import { In, Not, type EntityManager } from 'typeorm';
import { decodeCursor, pageOf, type Page } from '../cursor.ts';
import type { Database } from '../database.ts';
import { NAME_CURSOR } from '../hosts/postgres-host-store.ts';
import { migrationSchema } from '../migrations/migration-schema.ts';
import { insertUnlessThere, lockVirtualMachines } from './observe-host.ts';
import { placeVirtualMachine, type Sighting } from './place-virtual-machine.ts';
import { virtualMachineSchema, type VirtualMachineRow } from './virtual-machine-schema.ts';
import type { VirtualMachineListRequest, VirtualMachineRecord, VirtualMachineStore } from './virtual-machine-store.ts';

export class PostgresVirtualMachineStore implements VirtualMachineStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async observe(sighting: Sighting): Promise<void> {
    const { id } = sighting.copy.definition;
    await this.#database.write(async (manager) => {
      const known = (await lockVirtualMachines(manager, [id])).get(id);
      const placed = placeVirtualMachine(known ?? null, sighting);
      if (known === undefined) await insertUnlessThere(manager, [placed]);
      else await manager.upsert(virtualMachineSchema, placed, ['id']);
    });
  }

  async find(id: VmId): Promise<VirtualMachineRecord | null> {
    return this.#database.read(async (manager) => {
      const found = await manager.findOneBy(virtualMachineSchema, { id });
      if (found === null) return null;
      const [record] = await withMigrations(manager, [found]);
      return record ?? null;
    });
  }

  async list({ host, status, cursor, limit }: VirtualMachineListRequest): Promise<Page<VirtualMachineRecord>> {
    const [from] = cursor === undefined ? [''] : decodeCursor(cursor, NAME_CURSOR);
    return this.#database.read(async (manager) => {
      const query = manager
        .createQueryBuilder(virtualMachineSchema, 'vm')
        .where('vm.id > :from', { from })
        .orderBy('vm.id', 'ASC')
        .limit(limit + 1);
      if (host !== undefined) query.andWhere('vm.host = :host', { host });
      if (status !== undefined) query.andWhere('vm.status = :status', { status });
      return pageOf(await withMigrations(manager, await query.getMany()), limit, (vm) => [vm.id]);
    });
  }

  async usersOf(volume: VolumeIdentity): Promise<VirtualMachineRecord[]> {
    return this.#database.read(async (manager) => {
      const query = manager
        .createQueryBuilder(virtualMachineSchema, 'vm')
        .where('vm.definition @> CAST(:having AS jsonb)', { having: JSON.stringify({ disks: [volume] }) })
        .orderBy('vm.id', 'ASC');
      return withMigrations(manager, await query.getMany());
    });
  }
}

async function withMigrations(manager: EntityManager, vms: VirtualMachineRow[]): Promise<VirtualMachineRecord[]> {
  const underWay = await manager.find(migrationSchema, {
    select: { id: true, vm: true },
    where: { vm: In(vms.map((vm) => vm.id)), state: Not(In([...TERMINAL_STATES])) },
    order: { requestedAt: 'ASC' },
  });
  const migrationOf = new Map(underWay.map(({ id, vm }) => [vm, id]));
  return vms.map((vm) => ({ ...vm, migration: migrationOf.get(vm.id) ?? null }));
}
