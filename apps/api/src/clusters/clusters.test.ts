import type { MigrationProgress } from '@ferry/domain';
import { copyOf, reportOf } from '@ferry/persistence/testing';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialOf, definitionOf, join, openApi } from '../testing/open-api.ts';

const clusters = '/api/v1/clusters';
const now = () => new Date().toISOString();

describe('a cluster', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.app.close());

  const headers = { 'ferry-actor': 'ann' };
  const report = (host: string, shown: object, vms: Parameters<typeof reportOf>[2] = []) =>
    api.ask(`/api/v1/hosts/${host}/report`, { method: 'PUT', body: reportOf(host, now(), vms), headers: { ...shown } });
  const clusterOf = async (host: string) =>
    ((await api.ask(`/api/v1/hosts/${host}`)).body as { cluster: string | null }).cluster;
  const invite = (cluster: string, host: string) => {
    const credential = credentialOf(cluster, host).authorization.replace('Bearer ', '');
    const credentialHash = createHash('sha256').update(credential).digest('hex');
    return api.ask(`${clusters}/${cluster}/invitations`, { body: { host, credentialHash, reason: 'new' }, headers });
  };

  it('is created, joined by an invited host, left and removed, and the audit history has who and why', async () => {
    expect((await api.ask(clusters, { body: { name: 'west', reason: 'second room' }, headers })).status).toBe(204);
    expect(await invite('west', 'host-c')).toMatchObject({ status: 201, body: { cluster: 'west', invitedBy: 'ann' } });
    expect((await report('host-c', credentialOf('west', 'host-c'))).body).toEqual({ cluster: 'west' });
    expect(await clusterOf('host-c')).toBe('west');
    expect((await api.ask(clusters)).body).toMatchObject({
      items: [
        { name: 'east', members: [{ host: 'host-a' }, { host: 'host-b' }] },
        { name: 'west', createdBy: 'ann', members: [{ host: 'host-c' }], invitations: [] },
      ],
    });
    const remove = () => api.ask(`${clusters}/west/remove`, { body: { reason: 'over' }, headers });
    expect((await remove()).problem).toMatchObject({
      code: 'CLUSTER_NOT_EMPTY',
      detail: 'Members of west are host-c.',
    });
    expect((await api.ask('/api/v1/hosts/host-c/dismiss', { method: 'POST', headers })).status).toBe(204);
    expect((await remove()).status).toBe(204);
    expect(api.records.audit.entries).toMatchObject([
      { action: 'cluster.create', actor: 'ann', host: null, details: { cluster: 'west', reason: 'second room' } },
      { action: 'cluster.invite', actor: 'ann', host: 'host-c', details: { cluster: 'west', reason: 'new' } },
      { action: 'cluster.join', actor: 'agent@host-c', host: 'host-c', details: { cluster: 'west' } },
      { action: 'cluster.remove', outcome: 'refused', vm: null, details: { code: 'CLUSTER_NOT_EMPTY' } },
      { action: 'cluster.dismiss', actor: 'ann', host: 'host-c' },
      { action: 'cluster.remove', outcome: 'done', details: { reason: 'over' } },
    ]);
  });

  it('never tells anybody a credential, nor its hash', async () => {
    const { body } = await invite('east', 'host-c');
    const told = JSON.stringify([body, (await api.ask(clusters)).body, api.records.audit.entries]);
    const credential = credentialOf('east', 'host-c').authorization.replace('Bearer ', '');
    expect(told).not.toContain(credential);
    expect(told).not.toContain(createHash('sha256').update(credential).digest('hex'));
  });

  it('does not let a host go that has a VM or a migration', async () => {
    const dismiss = (host: string) => api.ask(`/api/v1/hosts/${host}/dismiss`, { method: 'POST', headers });
    expect((await dismiss('host-a')).problem).toMatchObject({ status: 409, code: 'HOST_NOT_EMPTY' });
    await api.ask('/api/v1/migrations', { body: { vm: 'web-1', destination: 'host-b' } });
    expect((await dismiss('host-b')).problem.detail).toMatch(/^host-b has migrations under way: [0-9a-f-]+\.$/);
    expect(await clusterOf('host-b')).toBe('east');
  });

  it('takes no host of another one, and a member again: with a new credential', async () => {
    await api.ask(clusters, { body: { name: 'west' } });
    expect((await invite('west', 'host-a')).problem).toMatchObject({ code: 'HOST_ALREADY_MEMBER' });
    const [old, renewed] = [credentialOf('east', 'host-a'), { authorization: `Bearer ${'n'.repeat(43)}` }];
    const credentialHash = createHash('sha256').update('n'.repeat(43)).digest('hex');
    await api.ask(`${clusters}/east/invitations`, { body: { host: 'host-a', credentialHash } });
    expect((await report('host-a', old)).status).toBe(200);
    expect((await report('host-a', renewed)).body).toEqual({ cluster: 'east' });
    expect((await report('host-a', old)).problem.code).toBe('CREDENTIAL_REFUSED');
  });

  it('is not joined by an invitation that has expired or was revoked', async () => {
    await invite('east', 'host-c');
    api.records.clusters.expire('host-c');
    expect((await report('host-c', credentialOf('east', 'host-c'))).body).toEqual({ cluster: null });
    await invite('east', 'host-c');
    await api.ask('/api/v1/hosts/host-c/dismiss', { method: 'POST' });
    expect((await report('host-c', credentialOf('east', 'host-c'))).body).toEqual({ cluster: null });
    expect((await api.ask('/api/v1/hosts/host-c/dismiss', { method: 'POST' })).problem.code).toBe('NOT_IN_CLUSTER');
  });
});

describe('who is no member', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.app.close());

  it.each<[string, object]>([
    ['nothing', {}],
    ['another host’s credential', credentialOf('east', 'host-b')],
    ['what is no credential', { authorization: 'Basic YTpi' }],
  ])('passes for none by showing %s', async (_, shown) => {
    const stolen = [copyOf('web-1', { owner: 'host-b', generation: 9 })];
    const body = reportOf('host-b', now(), stolen);
    const headers = { ...shown };
    const told = await api.ask('/api/v1/hosts/host-a/report', {
      ...{ method: 'PUT', headers },
      body: { ...body, host: 'host-a' },
    });
    expect(told.problem).toMatchObject({ status: 401, code: 'CREDENTIAL_REFUSED' });
    expect((await api.ask('/api/v1/virtual-machines/web-1')).body).toMatchObject({ host: 'host-a', generation: 1 });
    const progress: MigrationProgress = {
      ...{ migration: '019a0000-0000-7000-8000-0000feedbeef', vm: 'web-1', host: 'host-a', at: now() },
      ...{ status: 'active', rounds: 1, transferredBytes: 1, remainingBytes: 2, totalBytes: 3, bytesPerSecond: 4 },
      ...{ dirtyBytesPerSecond: 5, throttlePercent: 0, expectedDowntimeMs: null },
    };
    const answer = await api.ask('/api/v1/hosts/host-a/progress', { body: { progress: [progress] }, headers });
    expect(answer.problem.code).toBe('CREDENTIAL_REFUSED');
  });

  it('is shown without a cluster, and no VM is believed of it, moved to it or started on it', async () => {
    const body = reportOf('host-c', now(), [copyOf('web-1', { owner: 'host-c', generation: 9 })]);
    expect((await api.ask('/api/v1/hosts/host-c/report', { method: 'PUT', body })).body).toEqual({ cluster: null });
    expect((await api.ask('/api/v1/hosts/host-c')).body).toMatchObject({ status: 'up', cluster: null });
    expect((await api.ask('/api/v1/virtual-machines/web-1')).body).toMatchObject({ host: 'host-a' });
    const refused = async (address: string, asked: object) => {
      const { problem } = await api.ask(address, { body: asked });
      return [problem.code, problem.fields?.map(({ field }) => field)];
    };
    const moved = ['/api/v1/migrations', { vm: 'web-1', destination: 'host-c' }] as const;
    expect(await refused(...moved)).toEqual(['NOT_IN_CLUSTER', ['destination']]);
    const started = { definition: definitionOf('new-1'), host: 'host-c' };
    expect(await refused('/api/v1/virtual-machines', started)).toEqual(['NOT_IN_CLUSTER', ['host']]);
    await api.records.clusters.create('west', { actor: 'ann', reason: null });
    await join(api.records, 'west', 'host-c');
    const { problem } = await api.ask(moved[0], { body: moved[1] });
    expect(problem.detail).toBe('host-a is a member of east, and host-c of west.');
    expect(api.engine.moving.size).toBe(0);
  });
});
