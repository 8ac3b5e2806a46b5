import { randomUUID } from 'node:crypto';
import type { Migration, SubmittedMigration } from '@ferry/contracts/http';
import { DEFAULT_POLICY } from '@ferry/domain';
import { copyOf, reportOf } from '@ferry/persistence/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialOf, definitionOf, openApi } from '../testing/open-api.ts';

const migrations = '/api/v1/migrations';
const good = { vm: 'web-1', destination: 'host-b', reason: 'new firmware' };

describe('a migration asked for', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.app.close());

  it('is accepted, is under way, and can be read at the address that is answered', async () => {
    const { status, headers, body } = await api.ask(migrations, { body: good, headers: { 'ferry-actor': 'ann' } });
    const { id } = body as SubmittedMigration;
    expect({ status, location: headers['location'] }).toEqual({ status: 202, location: `${migrations}/${id ?? ''}` });
    expect(api.engine.moving.get('web-1')).toMatchObject({
      ...{ migration: id, source: 'host-a', destination: 'host-b' },
      request: { actor: 'ann', reason: 'new firmware' },
    });
    const read = await api.ask(String(headers['location']));
    expect(read.body).toMatchObject({ id, state: 'running', requestedBy: 'ann', phases: [], progress: null });
    expect(read.body as Migration).not.toHaveProperty('lastSequence');
  });

  it('goes by the policy of its VM’s definition, where it is asked for no other', async () => {
    const definition = { ...definitionOf('new-1'), policy: { name: 'minimal-downtime', channels: 2 } };
    await api.ask('/api/v1/virtual-machines', { body: { definition, host: 'host-a' } });
    const policyOf = async (policy: object) => {
      const { body } = await api.ask(migrations, { body: { ...good, vm: 'new-1', policy, dryRun: true } });
      return (body as SubmittedMigration).policy;
    };
    expect(await policyOf({})).toMatchObject({ name: 'minimal-downtime', downtimeLimitMs: 50, channels: 2 });
    expect(await policyOf({ channels: 4 })).toMatchObject({ name: 'minimal-downtime', channels: 4 });
    expect(await policyOf({ name: 'balanced' })).toEqual(DEFAULT_POLICY);
  });

  it('is not started by a dry run', async () => {
    const { status, body } = await api.ask(migrations, { body: { ...good, dryRun: true } });
    expect({ status, body }).toMatchObject({ status: 200, body: { dryRun: true, id: null, source: 'host-a' } });
    expect(api.engine.moving.size).toBe(0);
    expect(api.records.audit.entries).toEqual([]);
  });

  it('twice with the same key is one; the key can’t be used for another', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.ask(migrations, { body: good, headers });
    const second = await api.ask(migrations, { body: good, headers });
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect((first.body as SubmittedMigration).id).toBe(headers['idempotency-key']);
    const other = await api.ask(migrations, { body: { ...good, destination: 'host-a' }, headers });
    expect(other.problem).toMatchObject({ code: 'VALIDATION_FAILED', fields: [{ field: 'idempotency-key' }] });
  });

  it('twice at once with the same key, each for another VM, is accepted once', async () => {
    await api.records.hosts.report(
      reportOf('host-a', new Date().toISOString(), [copyOf('web-1'), copyOf('web-2')]),
      true,
    );
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      ['web-1', 'web-2'].map((vm) => api.ask(migrations, { body: { ...good, vm }, headers })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 400]);
    expect(api.engine.moving.size).toBe(1);
  });

  it('by a dry run with a key that was used starts nothing, and says that it is one', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await api.ask(migrations, { body: good, headers });
    const dry = await api.ask(migrations, { body: { ...good, dryRun: true }, headers });
    expect(dry.problem).toMatchObject({ code: 'VM_ALREADY_MOVING' });
  });

  it('is refused while the VM moves already', async () => {
    await api.ask(migrations, { body: good });
    expect((await api.ask(migrations, { body: good })).problem).toMatchObject({
      status: 409,
      code: 'VM_ALREADY_MOVING',
    });
    const dryRun = await api.ask(migrations, { body: { ...good, dryRun: true } });
    expect(dryRun.problem.code).toBe('VM_ALREADY_MOVING');
  });

  it.each([
    ['source', 'host-a'],
    ['destination', 'host-b'],
  ])('is refused while the agent of the %s is silent', async (_, host) => {
    api.records.registry.silence(host, 10_001);
    expect((await api.ask(migrations, { body: good })).problem).toMatchObject({ status: 503, code: 'HOST_GONE' });
    expect(api.engine.moving.size).toBe(0);
  });

  it('is refused for a VM that does not run', async () => {
    await api.ask('/api/v1/virtual-machines/web-1/stop', { method: 'POST' });
    expect((await api.ask(migrations, { body: good })).problem).toMatchObject({ status: 409, code: 'VM_NOT_RUNNING' });
  });

  it('can be cancelled once', async () => {
    const { body } = await api.ask(migrations, { body: good });
    const address = `${migrations}/${(body as SubmittedMigration).id ?? ''}`;
    expect((await api.ask(`${address}/resume`, { method: 'POST' })).problem.code).toBe('NOT_PARKED');
    expect(await api.ask(`${address}/cancel`, { method: 'POST' })).toMatchObject({
      status: 200,
      body: { outcome: 'kept' },
    });
    const again = await api.ask(`${address}/cancel`, { body: { reason: 'sure' }, headers: { 'ferry-actor': 'bob' } });
    expect(again.problem).toMatchObject({ status: 409, code: 'MIGRATION_ENDED' });
    expect(api.records.audit.entries.at(-1)).toMatchObject({
      ...{ action: 'migration.cancel-refused', actor: 'bob' },
      ...{ migration: (body as SubmittedMigration).id, vm: 'web-1' },
    });
  });

  it('is held, released, tuned and forced, each in the name of who asks', async () => {
    const { body } = await api.ask(migrations, { body: { ...good, hold: true } });
    const { id } = body as SubmittedMigration;
    expect(api.engine.moving.get('web-1')).toMatchObject({ hold: true });
    const ask = (verb: string, asked: object = {}) =>
      api.ask(`${migrations}/${id ?? ''}/${verb}`, { body: asked, headers: { 'ferry-actor': 'bob' } });
    expect(await ask('hold', { reason: 'backup' })).toMatchObject({
      status: 200,
      body: { hold: { by: 'bob', reason: 'backup' }, policy: { downtimeLimitMs: 300 } },
    });
    expect((await ask('hold')).problem).toMatchObject({ status: 409, code: 'ALREADY_HELD' });
    expect(api.records.audit.entries.at(-1)).toMatchObject({ action: 'migration.hold-refused', actor: 'bob' });
    expect(await ask('release')).toMatchObject({ status: 200, body: { hold: null } });
    expect((await ask('release')).problem).toMatchObject({ status: 409, code: 'NOT_HELD' });
    expect(await ask('tune', { bandwidthBytesPerSecond: 5_000_000 })).toMatchObject({
      body: { policy: { bandwidthBytesPerSecond: 5_000_000, downtimeLimitMs: 300 } },
    });
    expect(await ask('force', { downtimeMs: 900 })).toMatchObject({ body: { policy: { downtimeLimitMs: 900 } } });
  });

  it.each([
    ['tune', {}, 'bandwidthBytesPerSecond'],
    ['tune', { bandwidthBytesPerSecond: 12 }, 'bandwidthBytesPerSecond'],
    ['tune', { downtimeLimitMs: 60_001 }, 'downtimeLimitMs'],
    ['force', {}, 'downtimeMs'],
    ['force', { downtimeMs: 0 }, 'downtimeMs'],
    ['resume', { policy: { stallLimitMs: 1 } }, 'policy.stallLimitMs'],
  ])('is not to %s with %j: the field is named', async (verb, asked, field) => {
    const { body } = await api.ask(migrations, { body: good });
    const { problem } = await api.ask(`${migrations}/${(body as SubmittedMigration).id ?? ''}/${verb}`, {
      body: asked,
    });
    expect(problem).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', fields: [{ field }] });
  });

  it('is refused while the engine is away, which readiness tells', async () => {
    api.engine.away = true;
    expect((await api.ask(migrations, { body: good })).problem).toMatchObject({
      status: 503,
      code: 'ENGINE_UNAVAILABLE',
    });
    expect(await api.ask('/ready')).toMatchObject({ status: 503, body: { details: { engine: { status: 'down' } } } });
    expect(await api.ask('/health')).toMatchObject({ status: 200 });
  });

  it('has the last progress that the source’s agent told', async () => {
    const { body } = await api.ask(migrations, { body: good });
    const id = (body as SubmittedMigration).id ?? '';
    const progress = {
      ...{ migration: id, vm: 'web-1', host: 'host-a', at: new Date().toISOString(), status: 'active', rounds: 1 },
      ...{ transferredBytes: 1, remainingBytes: 2, totalBytes: 3, bytesPerSecond: 4, dirtyBytesPerSecond: 5 },
      throttlePercent: 0,
      expectedDowntimeMs: null,
    };
    const headers = credentialOf('east', 'host-a');
    const report = { method: 'PUT', body: reportOf('host-a', progress.at, [copyOf('web-1')]), headers } as const;
    expect((await api.ask('/api/v1/hosts/host-a/report', report)).body).toEqual({ cluster: 'east' });
    await api.ask('/api/v1/hosts/host-a/progress', { body: { progress: [progress] }, headers });
    expect((await api.ask(`${migrations}/${id}`)).body).toMatchObject({ progress });
  });
});
