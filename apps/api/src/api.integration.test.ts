import type { Problem, SubmittedMigration } from '@ferry/contracts/http';
import {
  copyOf,
  createTemporaryDatabase,
  CuttableLink,
  reportOf,
  type TemporaryDatabase,
} from '@ferry/persistence/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createApp } from './create-app.ts';
import { TemporalEngine } from './engine/temporal-engine.ts';
import { PostgresRecords } from './records.ts';
import { readEvents, type ReceivedEvent } from './testing/event-reader.ts';
import { startFakeWorker } from './testing/fake-worker.ts';
import { credentialOf, join } from './testing/open-api.ts';
import { createTemporaryNamespace } from './testing/temporary-namespace.ts';

describe('the API on real servers', { timeout: 30_000 }, () => {
  let database: TemporaryDatabase;
  let postgres: CuttableLink;
  let temporal: CuttableLink;
  let records: PostgresRecords;
  let engine: TemporalEngine;
  let app: NestFastifyApplication;
  let endWorker: () => Promise<void>;
  let api: string;

  beforeAll(async () => {
    const temporalAddress = inject('temporalAddress');
    database = await createTemporaryDatabase(inject('databaseUrl'));
    const namespace = await createTemporaryNamespace(temporalAddress);
    endWorker = await startFakeWorker(temporalAddress, namespace);
    const databaseUrl = new URL(database.url);
    postgres = new CuttableLink({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
    const { hostname, port } = new URL(`http://${temporalAddress}`);
    temporal = new CuttableLink({ host: hostname, port: Number(port) });
    await Promise.all([postgres.restore(), temporal.restore()]);
    databaseUrl.port = String(postgres.port);
    records = new PostgresRecords(databaseUrl.href, () => undefined);
    engine = new TemporalEngine({ address: `127.0.0.1:${temporal.port}`, namespace });
    app = await createApp({ records, engine, log: pino({ level: 'silent' }) });
    await app.listen(0, '127.0.0.1');
    records.start();
    await records.clusters.create('east', { actor: 'ann', reason: null });
    for (const host of ['host-a', 'host-b']) await join(records, 'east', host);
    api = `${await app.getUrl()}/api/v1`;
  }, 120_000);
  beforeEach(async () => {
    await Promise.all([postgres.restore(), temporal.restore()]);
    await untilReady();
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([records.close(), engine.close(), endWorker()]);
    await Promise.all([postgres.cut(), temporal.cut()]);
    await database.drop();
  });

  async function ask(path: string, body?: object, method = body === undefined ? 'GET' : 'POST', headers = {}) {
    const payload =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const start = performance.now();
    const response = await fetch(`${api}${path}`, { method, ...payload });
    const answer = response.status === 204 ? null : await response.json();
    return {
      status: response.status,
      ms: performance.now() - start,
      body: answer,
      problem: answer as Problem,
    };
  }

  async function untilReady(): Promise<void> {
    while (!(await fetch(new URL('/ready', api))).ok) await delay(100);
  }

  async function report(host: string, at: string, vms: Parameters<typeof reportOf>[2] = []): Promise<void> {
    const { status } = await ask(`/hosts/${host}/report`, reportOf(host, at, vms), 'PUT', credentialOf('east', host));
    expect(status).toBe(200);
  }

  async function runs(vm: string): Promise<void> {
    const at = new Date().toISOString();
    await report('host-b', at);
    await report('host-a', at, [copyOf(vm)]);
  }

  async function submitted(vm: string): Promise<string> {
    await runs(vm);
    const { status, body } = await ask('/migrations', { vm, destination: 'host-b' });
    expect(status).toBe(202);
    return (body as SubmittedMigration).id ?? '';
  }

  const next = async (events: AsyncGenerator<ReceivedEvent>) => (await events.next()).value as ReceivedEvent;

  it('starts one migration of a VM at a time, shows it at once, and cancels it', async () => {
    const id = await submitted('vm-1');
    expect((await ask(`/migrations/${id}`)).body).toMatchObject({ id, vm: 'vm-1', state: 'running' });
    expect(await ask('/virtual-machines/vm-1')).toMatchObject({ body: { migration: id } });
    expect((await ask('/migrations', { vm: 'vm-1', destination: 'host-b' })).problem.code).toBe('VM_ALREADY_MOVING');
    expect((await ask(`/migrations/${id}/resume`, {})).problem.code).toBe('NOT_PARKED');
    expect(await ask(`/migrations/${id}/cancel`, { reason: 'no' })).toMatchObject({
      status: 200,
      body: { outcome: 'kept' },
    });
    expect((await ask(`/migrations/${id}/cancel`, {})).problem.code).toBe('MIGRATION_ENDED');
  });

  it('does not touch a later migration of the VM when asked to cancel an earlier one', async () => {
    const first = await submitted('vm-2');
    await ask(`/migrations/${first}/cancel`, {});
    const second = await submitted('vm-2');
    expect((await ask(`/migrations/${first}/cancel`, {})).problem.code).toBe('MIGRATION_ENDED');
    expect((await ask(`/migrations/${second}/cancel`, {})).status).toBe(200);
  });

  it('starts and stops a VM, and says what the workflow failed with', async () => {
    await runs('vm-3');
    const { definition } = copyOf('vm-4');
    expect(await ask('/virtual-machines', { definition, host: 'host-a' })).toMatchObject({ status: 201 });
    expect(await ask('/virtual-machines/vm-4/stop', {})).toMatchObject({ status: 200, body: { status: 'stopped' } });
    const broken = await ask('/virtual-machines', { definition: { ...definition, id: 'broken' }, host: 'host-a' });
    expect(broken.problem).toMatchObject({ code: 'HYPERVISOR_FAILED', detail: 'QEMU ended with code 1' });
    const { body } = await ask('/audit?vm=broken');
    expect(body).toMatchObject({
      items: [{ outcome: 'failed' }, { action: 'virtual-machine.start', outcome: 'accepted' }],
    });
  });

  it('tells a migration’s history and progress live, and again after the last event seen', async () => {
    const id = await submitted('vm-5');
    const live = readEvents(`${api}/migrations/${id}/events`);
    const first = await next(live);
    expect(first.event).toMatchObject({ kind: 'history', entry: { action: 'migration.requested', migration: id } });
    const progress = {
      ...{ migration: id, vm: 'vm-5', host: 'host-a', at: new Date().toISOString(), status: 'active', rounds: 1 },
      ...{ transferredBytes: 1, remainingBytes: 2, totalBytes: 3, bytesPerSecond: 4, dirtyBytesPerSecond: 5 },
      throttlePercent: 0,
      expectedDowntimeMs: null,
    };
    await ask('/hosts/host-a/progress', { progress: [progress] }, 'POST', credentialOf('east', 'host-a'));
    expect(await next(live)).toEqual({ id: null, event: { kind: 'progress', progress } });
    const event = { migration: id, vm: 'vm-5', at: new Date().toISOString() };
    await records.migrations.recordEvents([{ ...event, sequence: 2, type: 'phase-started', phase: 'preflight' }]);
    const second = await next(live);
    expect(second.event).toMatchObject({ entry: { sequence: 2, details: { phase: 'preflight' } } });
    await live.return(undefined);
    const resumed = readEvents(`${api}/migrations/${id}/events`, first.id ?? '');
    expect(await next(resumed)).toEqual(second);
    await resumed.return(undefined);
    await ask(`/migrations/${id}/cancel`, {});
  });

  it('while Postgres is away: refuses in words, cancels nonetheless, and then tells what was missed', async () => {
    const id = await submitted('vm-6');
    const live = readEvents(`${api}/migrations/${id}/events`);
    await next(live);
    await postgres.cut();
    const refused = await ask('/migrations', { vm: 'vm-6', destination: 'host-b' });
    expect(refused.problem).toMatchObject({ status: 503, code: 'RECORDS_UNAVAILABLE', retryable: true });
    expect(refused.ms).toBeLessThan(3_000);
    expect((await fetch(new URL('/ready', api))).status).toBe(503);
    expect(await ask(`/migrations/${id}/cancel`, {})).toMatchObject({ status: 200, body: { outcome: 'kept' } });
    await postgres.restore();
    await untilReady();
    const event = { migration: id, vm: 'vm-6', at: new Date().toISOString() };
    await records.migrations.recordEvents([{ ...event, sequence: 2, type: 'cancelled', owner: 'host-a' }]);
    expect((await next(live)).event).toMatchObject({ entry: { action: 'migration.cancelled' } });
    await live.return(undefined);
  });

  it.each(['cut', 'freeze'] as const)(
    'while Temporal is away (%s): refuses in words, and does not hang',
    async (how) => {
      await runs(`vm-7-${how}`);
      await temporal[how]();
      const refused = await ask('/migrations', { vm: `vm-7-${how}`, destination: 'host-b' });
      expect(refused.problem).toMatchObject({ status: 503, code: 'ENGINE_UNAVAILABLE', retryable: true });
      expect(refused.ms).toBeLessThan(4_000);
      expect((await ask('/migrations')).status).toBe(200);
    },
  );

  it('stops within two seconds though a client listens', async () => {
    const live = readEvents(`${api}/events`);
    const ended = live.next().then(
      ({ done }) => done,
      () => true, // cut off
    );
    await ask('/hosts');
    const start = performance.now();
    await app.close();
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await ended).toBe(true);
  });
});
