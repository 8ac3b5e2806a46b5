import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PostgresAuditStore } from '../audit/postgres-audit-store.ts';
import { Database } from '../database.ts';
import { FakeRegistry } from '../hosts/fake-registry.ts';
import { PostgresHostStore } from '../hosts/postgres-host-store.ts';
import { FakeMigrationStore } from '../migrations/fake-migration-store.ts';
import { PostgresMigrationStore } from '../migrations/postgres-migration-store.ts';
import { eventsOf, requested } from '../testing/sample-events.ts';
import { copyOf, reportOf } from '../testing/sample-report.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { FakeClusterStore } from './fake-cluster-store.ts';
import { PostgresClusterStore } from './postgres-cluster-store.ts';

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

const ann = { actor: 'ann', reason: 'room 2' };
const at = '2026-01-31T12:00:00.000Z';

describe.each([
  [
    'Postgres',
    () => ({
      clusters: new PostgresClusterStore(database),
      hosts: new PostgresHostStore(database),
      migrations: new PostgresMigrationStore(database),
      audit: new PostgresAuditStore(database),
    }),
  ],
  [
    'memory',
    () => {
      const [registry, migrations] = [new FakeRegistry(), new FakeMigrationStore()];
      const clusters = new FakeClusterStore(registry, migrations);
      return { clusters, hosts: registry.hosts, migrations, audit: migrations.audit };
    },
  ],
])('clusters in %s', (kind, open) => {
  const id = (word: string) => `${word}-${kind.toLowerCase()}`;

  it('are joined by the one credential that was made for the host, which then is the only one', async () => {
    const { clusters, hosts, audit } = open();
    const [east, host] = [id('east'), id('h1')];
    await clusters.create(east, ann);
    await expect(clusters.create(east, ann)).rejects.toMatchObject({ code: 'CLUSTER_ALREADY_THERE' });
    const invite = (credentialHash: string, cluster = east) =>
      clusters.invite({ cluster, host, credentialHash, validMinutes: 60 }, ann);
    await expect(invite('aa', id('nowhere'))).rejects.toMatchObject({ code: 'CLUSTER_UNKNOWN' });
    await invite('aa');
    const invitation = await invite('bb');
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.invitedAt)).toBe(3_600_000);
    expect(await clusters.recognize(host, 'aa')).toBeNull();
    expect(await clusters.recognize(id('h2'), 'bb')).toBeNull();
    expect(await Promise.all(['bb', 'bb', 'bb'].map((hash) => clusters.recognize(host, hash)))).toEqual([
      east,
      east,
      east,
    ]);
    await expect(clusters.recognize(host, 'aa')).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    await expect(clusters.recognize(host, null)).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    await hosts.report(reportOf(host, at), true);
    expect(await hosts.find(host)).toMatchObject({ cluster: east });
    const found = (await clusters.list()).find(({ name }) => name === east);
    expect(found).toMatchObject({ createdBy: 'ann', members: [{ host }], invitations: [] });
    const { items } = await audit.list({ order: 'oldest-first', limit: 50 });
    expect(items.map(({ action, host: of }) => `${action} ${of ?? ''}`)).toEqual([
      'cluster.create ',
      `cluster.invite ${host}`,
      `cluster.invite ${host}`,
      `cluster.join ${host}`,
    ]);
  });

  it('keep a host that is not empty, and are kept while they have one', async () => {
    const { clusters, hosts, migrations } = open();
    const [west, full, way, over] = [id('west'), id('full'), id('way'), id('over')];
    await clusters.create(west, ann);
    for (const host of [full, way, over]) {
      await clusters.invite({ cluster: west, host, credentialHash: host, validMinutes: 60 }, ann);
      await clusters.recognize(host, host);
    }
    await hosts.report(reportOf(full, at, [copyOf(id('v1'), { owner: full })]), true);
    const move = { ...requested, source: way, destination: over };
    await migrations.recordEvents(eventsOf([move], { vm: id('v2') }));
    for (const host of [full, way, over]) {
      await expect(clusters.dismiss(host, ann)).rejects.toMatchObject({ code: 'HOST_NOT_EMPTY' });
    }
    await hosts.report(reportOf(full, '2026-01-31T12:00:01.000Z'), true);
    await clusters.dismiss(full, ann);
    await expect(clusters.dismiss(full, ann)).rejects.toMatchObject({ code: 'NOT_IN_CLUSTER' });
    expect(await clusters.recognize(full, full)).toBeNull();
    await expect(clusters.remove(west, ann)).rejects.toMatchObject({ code: 'CLUSTER_NOT_EMPTY' });
    await clusters.create(id('empty'), ann);
    await clusters.invite({ cluster: id('empty'), host: full, credentialHash: 'cc', validMinutes: 60 }, ann);
    await clusters.remove(id('empty'), ann);
    expect(await clusters.recognize(full, 'cc')).toBeNull();
  });

  it('of a host that nobody vouches for its VMs are not believed', async () => {
    const { hosts } = open();
    await hosts.report(reportOf(id('stranger'), at, [copyOf(id('v9'))]), false);
    expect(await hosts.find(id('stranger'))).toMatchObject({ cluster: null, virtualMachines: 0 });
  });
});
