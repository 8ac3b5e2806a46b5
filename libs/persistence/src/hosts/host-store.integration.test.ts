import type { VirtualMachineDefinition, VolumeIdentity } from '@ferry/domain';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Database } from '../database.ts';
import { PostgresMigrationStore } from '../migrations/postgres-migration-store.ts';
import { eventsOf, requested } from '../testing/sample-events.ts';
import { copyOf, definitionOf, reportOf } from '../testing/sample-report.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { FakeRegistry } from './fake-registry.ts';
import { PostgresVirtualMachineStore } from '../virtual-machines/postgres-virtual-machine-store.ts';
import { PostgresHostStore } from './postgres-host-store.ts';

let temporary: TemporaryDatabase;
let database: Database;
beforeAll(async () => {
  temporary = await createTemporaryDatabase(inject('databaseUrl'));
  database = new Database(temporary.url);
});
afterAll(async () => {
  await database.close();
  await temporary.drop();
});

const at = (second: number) => `2026-01-31T12:00:0${second}.000Z`;

describe.each([
  ['Postgres', () => ({ hosts: new PostgresHostStore(database), vms: new PostgresVirtualMachineStore(database) })],
  [
    'memory',
    () => {
      const registry = new FakeRegistry();
      return { hosts: registry.hosts, vms: registry.virtualMachines };
    },
  ],
])('hosts and their VMs in %s', (kind, open) => {
  const id = (word: string) => `${word}-${kind.toLowerCase()}`;

  it('are as the newest report says', async () => {
    const { hosts, vms } = open();
    const host = id('h1');
    await hosts.report(
      reportOf(host, at(2), [copyOf(id('v1'), { owner: host }), copyOf(id('v2'), { owner: host })]),
      true,
    );
    await hosts.report(reportOf(host, at(1), []), true);
    expect(await hosts.find(host)).toMatchObject({ id: host, status: 'up', reportedAt: at(2), virtualMachines: 2 });
    await hosts.report(reportOf(host, at(3), [copyOf(id('v2'), { owner: host, status: 'paused' })]), true);
    expect(await vms.find(id('v1'))).toMatchObject({ status: 'stopped', host: null });
    expect((await vms.list({ host, limit: 10 })).items).toMatchObject([{ id: id('v2'), status: 'paused' }]);
    expect(await hosts.find(id('nobody'))).toBeNull();
    expect(await vms.find(id('nobody'))).toBeNull();
  });

  it('are listed by id, page by page', async () => {
    const { hosts } = open();
    for (const word of ['p2', 'p1', 'p3']) await hosts.report(reportOf(id(word), at(1)), true);
    const first = await hosts.list({ limit: 200 });
    const ids = first.items.map((host) => host.id);
    expect(ids).toEqual([...ids].sort());
    const page = await hosts.list({ limit: ids.indexOf(id('p2')) + 1 });
    const rest = await hosts.list({ limit: 200, cursor: page.nextCursor ?? '' });
    expect([...page.items, ...rest.items].map((host) => host.id)).toEqual(ids);
  });

  it('are found by the volume of any of their disks', async () => {
    const { vms } = open();
    const lun = { id: 'data', portal: '192.0.2.50:3260', target: id('iqn.a'), serial: 'x' };
    const image = { kind: 'image' as const, id: 'root', format: 'raw' as const };
    const start = (word: string, disks: VirtualMachineDefinition['disks']) => {
      const definition = { ...definitionOf(id(word)), disks };
      return vms.observe({ host: id('h8'), at: at(5), copy: { ...copyOf(id(word)), definition } });
    };
    await start('u1', [
      { ...image, image: id('a.raw') },
      { ...lun, kind: 'lun', lun: 1 },
    ]);
    await start('u2', [{ ...lun, kind: 'pass-through', lun: 1, portal: '192.0.2.51:3260' }]);
    await start('u3', [{ ...lun, kind: 'lun', lun: 2 }]);
    const users = async (volume: VolumeIdentity) => (await vms.usersOf(volume)).map((vm) => vm.id);
    expect(await users({ target: id('iqn.a'), lun: 1 })).toEqual([id('u1'), id('u2')]);
    expect(await users({ image: id('a.raw') })).toEqual([id('u1')]);
    expect(await users({ image: id('b.raw') })).toEqual([]);
  });

  it('know of a start before the host’s next report', async () => {
    const { vms } = open();
    const copy = copyOf(id('v9'), { owner: id('h9') });
    await vms.observe({ host: id('h9'), at: at(5), copy });
    expect(await vms.find(id('v9'))).toMatchObject({ status: 'running', host: id('h9'), migration: null });
  });
});

describe('a VM in Postgres', () => {
  it('is at the destination from the pivot on, though the source no longer reports it', async () => {
    const [hosts, vms] = [new PostgresHostStore(database), new PostgresVirtualMachineStore(database)];
    await hosts.report(reportOf('host-a', '2026-01-31T11:00:00.000Z', [copyOf('mover')]), true);
    const pivot = { type: 'decided', decision: 'pivot', owner: 'host-b', generation: 3, explanation: '' } as const;
    const events = eventsOf([requested, pivot], { vm: 'mover' });
    await new PostgresMigrationStore(database).recordEvents(events);
    await hosts.report(reportOf('host-a', '2026-01-31T12:00:02.000Z', []), true);
    expect(await vms.find('mover')).toMatchObject({
      ...{ host: 'host-b', owner: 'host-b', status: 'running', migration: events[0]?.migration },
    });
  });
});
