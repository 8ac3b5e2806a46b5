import { ERRORS } from '@ferry/domain';
import { problem } from '@ferry/contracts/http';
import { reportOf } from '@ferry/persistence/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitionOf, openApi, type Asked } from './testing/open-api.ts';

const migrations = '/api/v1/migrations';
const good = { vm: 'web-1', destination: 'host-b' };
const disk = { kind: 'image', id: 'root', image: '../../etc/passwd', format: 'raw' };
const lun = {
  kind: 'lun',
  id: 'root',
  portal: '192.0.2.50:3260',
  target: 'iqn.2026-01.com.example:web-1',
  lun: 1,
  serial: 'web-1',
};
const network = { id: 'net', network: 'lan', mac: '01:00:00:00:00:01' };
const start = (definition: object) => ({
  body: { host: 'host-a', definition: { ...definitionOf('new-1'), ...definition } },
});

const cursor = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

describe('bad input', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.app.close());

  it.each<[title: string, address: string, asked: Asked, code: keyof typeof ERRORS, field: string | null]>([
    ['an unknown field', migrations, { body: { ...good, force: true } }, 'VALIDATION_FAILED', 'force'],
    [
      'an unknown field inside',
      migrations,
      { body: { ...good, policy: { speed: 1 } } },
      'VALIDATION_FAILED',
      'policy.speed',
    ],
    ['a wrong type', migrations, { body: { ...good, vm: 7 } }, 'VALIDATION_FAILED', 'vm'],
    ['a missing field', migrations, { body: { vm: 'web-1' } }, 'VALIDATION_FAILED', 'destination'],
    [
      'an absurd number',
      migrations,
      { body: { ...good, policy: { downtimeLimitMs: 1e12 } } },
      'VALIDATION_FAILED',
      'policy.downtimeLimitMs',
    ],
    ['an unknown priority', migrations, { body: { ...good, priority: 'now' } }, 'VALIDATION_FAILED', 'priority'],
    ['an odd name', migrations, { body: { ...good, vm: 'Web_1;rm' } }, 'VALIDATION_FAILED', 'vm'],
    ['a list as the body', migrations, { body: [good] }, 'VALIDATION_FAILED', 'body'],
    ['no body', migrations, { method: 'POST' }, 'VALIDATION_FAILED', 'body'],
    ['malformed JSON', migrations, { body: '{"vm":' }, 'VALIDATION_FAILED', 'body'],
    ['an empty body', migrations, { body: '' }, 'VALIDATION_FAILED', 'body'],
    ['a prototype', migrations, { body: '{"__proto__":{"vm":"web-1"}}' }, 'VALIDATION_FAILED', 'body'],
    ['an oversized body', migrations, { body: { ...good, reason: 'x'.repeat(70_000) } }, 'BODY_TOO_LARGE', 'body'],
    [
      'a wrong media type',
      migrations,
      { body: 'vm=web-1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      'MEDIA_TYPE_UNSUPPORTED',
      'body',
    ],
    [
      'plain text',
      migrations,
      { body: 'vm', headers: { 'content-type': 'text/plain' } },
      'MEDIA_TYPE_UNSUPPORTED',
      'body',
    ],
    ['an odd actor', migrations, { body: good, headers: { 'ferry-actor': 'a b' } }, 'VALIDATION_FAILED', 'ferry-actor'],
    [
      'an odd key',
      migrations,
      { body: good, headers: { 'idempotency-key': '7' } },
      'VALIDATION_FAILED',
      'idempotency-key',
    ],
    ['an odd migration’s id', `${migrations}/1`, {}, 'VALIDATION_FAILED', 'id'],
    ['an odd id to cancel', `${migrations}/%00x/cancel`, { method: 'POST' }, 'VALIDATION_FAILED', 'id'],
    ['an odd cursor', `${migrations}?cursor=$`, {}, 'VALIDATION_FAILED', 'cursor'],
    [
      'a cursor that names no moment',
      `${migrations}?cursor=${cursor('9999-99-99T99:99:99.999Z', '6f1c1f34-3d3a-4f0e-9d52-0d7c3c0c2f11')}`,
      {},
      'VALIDATION_FAILED',
      'cursor',
    ],
    [
      'a cursor that names no migration',
      `${migrations}?cursor=${cursor('2026-01-31T12:00:00.000Z', '-'.repeat(36))}`,
      {},
      'VALIDATION_FAILED',
      'cursor',
    ],
    [
      'a reason with a control character',
      migrations,
      { body: { ...good, reason: 'a\u0000' } },
      'VALIDATION_FAILED',
      'reason',
    ],
    [
      'half a character in a reason',
      migrations,
      { body: { ...good, reason: 'a\ud800' } },
      'VALIDATION_FAILED',
      'reason',
    ],
    ['a cursor of another list', `/api/v1/audit?cursor=WyJhIl0`, {}, 'VALIDATION_FAILED', 'cursor'],
    ['a limit out of range', `${migrations}?limit=0`, {}, 'VALIDATION_FAILED', 'limit'],
    ['a filter twice', `${migrations}?vm=a&vm=b`, {}, 'VALIDATION_FAILED', 'vm'],
    ['an unknown filter', '/api/v1/audit?actor=ann', {}, 'VALIDATION_FAILED', 'actor'],
    [
      'an odd Last-Event-ID',
      '/api/v1/events',
      { headers: { 'last-event-id': 'x' } },
      'VALIDATION_FAILED',
      'last-event-id',
    ],
    [
      'a path outside the pool',
      '/api/v1/virtual-machines',
      start({ disks: [disk] }),
      'VALIDATION_FAILED',
      'definition.disks.0.image',
    ],
    ...Object.entries({
      kind: 'floppy',
      portal: '192.0.2.50:3260,user=x',
      target: 'iqn.2026-01.com.example:web-1,lun=2',
      lun: -1,
      serial: 'a b',
      secret: 'x',
    }).map(([field, value]): [string, string, Asked, keyof typeof ERRORS, string] => [
      `an odd ${field} of a LUN`,
      '/api/v1/virtual-machines',
      start({ disks: [{ ...lun, [field]: value }] }),
      'VALIDATION_FAILED',
      `definition.disks.0.${field}`,
    ]),
    [
      'a multicast MAC',
      '/api/v1/virtual-machines',
      start({ networks: [network] }),
      'VALIDATION_FAILED',
      'definition.networks.0.mac',
    ],
    [
      'a VM’s own policy out of range',
      '/api/v1/virtual-machines',
      start({ policy: { channels: 17 } }),
      'VALIDATION_FAILED',
      'definition.policy.channels',
    ],
    [
      'an unknown network',
      '/api/v1/virtual-machines',
      start({ networks: [{ ...network, network: 'dmz', mac: '52:54:00:00:00:01' }] }),
      'NETWORK_UNKNOWN',
      'definition.networks.0.network',
    ],
    [
      'a report of another host',
      '/api/v1/hosts/host-a/report',
      { method: 'PUT', body: reportOf('host-b', '2026-01-31T12:00:00.000Z') },
      'VALIDATION_FAILED',
      'host',
    ],
    ['an odd name of a cluster', '/api/v1/clusters', { body: { name: 'East 1' } }, 'VALIDATION_FAILED', 'name'],
    ['an unknown cluster', '/api/v1/clusters/west/remove', { method: 'POST' }, 'CLUSTER_UNKNOWN', 'cluster'],
    [
      'a credential in place of its hash',
      '/api/v1/clusters/east/invitations',
      { body: { host: 'host-c', credentialHash: 'ferry.east.host-c.x' } },
      'VALIDATION_FAILED',
      'credentialHash',
    ],
    ['an unknown VM', migrations, { body: { ...good, vm: 'web-9' } }, 'VM_UNKNOWN', 'vm'],
    ['an unknown host', migrations, { body: { ...good, destination: 'host-z' } }, 'HOST_UNKNOWN', 'destination'],
    ['the same host', migrations, { body: { ...good, destination: 'host-a' } }, 'SAME_HOST', 'destination'],
    [
      'a VM that is there already',
      '/api/v1/virtual-machines',
      start({ id: 'web-1' }),
      'VM_ALREADY_THERE',
      'definition.id',
    ],
    ['an unknown migration', `${migrations}/0190a0a0-0000-7000-8000-000000000000`, {}, 'MIGRATION_UNKNOWN', null],
    ['an unknown address', '/api/v1/nothing', {}, 'ROUTE_UNKNOWN', null],
    ['a method that is not there', '/api/v1/hosts', { method: 'PUT', body: {} }, 'ROUTE_UNKNOWN', null],
    ['an address that can’t be read', '/api/v1/hosts/%zz', {}, 'ROUTE_UNKNOWN', null],
    ['an endless address', `/api/v1/hosts/${'a'.repeat(2_000)}`, {}, 'ROUTE_UNKNOWN', null],
  ])('%s is refused by name, and nothing is started', async (_, address, asked, code, field) => {
    const { status, headers, problem: answer } = await api.ask(address, asked);
    expect(answer).toMatchObject({ code, status, type: `/docs/errors#${code}` });
    expect(status).toBe(ERRORS[code].status);
    expect(headers['content-type']).toMatch('application/problem+json');
    expect(problem.safeParse(answer).error).toBeUndefined();
    if (field !== null) expect(answer.fields?.map((each) => each.field)).toContain(field);
    expect(api.engine.moving.size).toBe(0);
  });

  it('leaves a line in the audit history, where a deed was asked for', async () => {
    const before = api.records.audit.entries.length;
    await api.ask(migrations, { body: { ...good, destination: 'host-a' }, headers: { 'ferry-actor': 'ann' } });
    await api.ask(migrations, { body: '{' });
    await api.ask(`${migrations}/1`);
    expect(api.records.audit.entries.slice(before)).toMatchObject([
      {
        ...{ action: 'migration.refused', outcome: 'refused', actor: 'ann', vm: 'web-1', host: 'host-a' },
        details: { code: 'SAME_HOST', fields: [{ field: 'destination' }] },
      },
      { action: 'migration.refused', actor: 'anonymous', vm: null, details: { code: 'VALIDATION_FAILED' } },
    ]);
  });

  it('is taken where it is large and allowed to be: a host’s report', async () => {
    const vms = Array.from({ length: 1_000 }, (_, at) => ({
      ...{ definition: definitionOf(`vm-${at}`), status: 'running', owner: 'host-c', generation: 1 },
    }));
    const body = { ...reportOf('host-c', new Date().toISOString()), virtualMachines: vms };
    expect(JSON.stringify(body).length).toBeGreaterThan(64 * 1024);
    expect(await api.ask('/api/v1/hosts/host-c/report', { method: 'PUT', body })).toMatchObject({ status: 200 });
  });
});
