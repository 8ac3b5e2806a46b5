import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiUnreachable, FerryProblem, UnexpectedAnswer } from './errors.ts';
import { everyItem } from './every-item.ts';
import { FakeApi } from './fake-api.ts';
import { FerryClient } from './ferry-client.ts';

const HOST = {
  id: 'host-a',
  status: 'up',
  reportedAt: '2026-01-31T12:00:00.000Z',
  cluster: 'east',
  agentVersion: '0.1.0',
  hypervisor: { type: 'qemu', version: '7.2.0', accelerator: 'kvm' },
  cpu: { vendor: 'AuthenticAMD', count: 8 },
  memory: { totalBytes: 16e9, freeBytes: 8e9 },
  migrationAddress: '10.0.0.1',
  networks: ['lan'],
  virtualMachines: 0,
};

describe('FerryClient', () => {
  let api: FakeApi;
  let client: FerryClient;
  beforeEach(async () => {
    api = await FakeApi.start();
    client = new FerryClient({ baseUrl: `${api.url}/`, actor: 'ada', timeoutMs: 5_000 });
  });
  afterEach(() => api.stop());

  it('says who asks, and reads the answer', async () => {
    api.answers('GET /hosts', { items: [HOST], nextCursor: null });
    const page = await client.hosts({ limit: 5 });
    expect(page.items[0]?.id).toBe('host-a');
    expect(api.requests[0]).toMatchObject({ query: { limit: '5' }, headers: { 'ferry-actor': 'ada' } });
  });

  it('sends the idempotency key that it is given, and none of its own', async () => {
    api.refuses('POST /migrations', 'VM_UNKNOWN', 'no');
    const body = { vm: 'web-1', destination: 'host-b' };
    await expect(client.submitMigration(body)).rejects.toThrow();
    await expect(client.submitMigration(body, { idempotencyKey: 'mine' })).rejects.toThrow();
    expect(api.requests.map((request) => request.headers['idempotency-key'])).toEqual([undefined, 'mine']);
  });

  it('encodes what becomes part of a path', async () => {
    api.refuses('GET /virtual-machines/..%2Fhosts', 'VM_UNKNOWN', 'no such VM');
    await expect(client.virtualMachine('../hosts')).rejects.toThrow('no such VM');
  });

  it('makes an error of a problem document, with all that it says', async () => {
    api.refuses('POST /virtual-machines/web-1/stop', 'VALIDATION_FAILED', 'not valid', [
      { field: 'id', message: 'odd' },
    ]);
    const error: unknown = await client.stopVirtualMachine('web-1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FerryProblem);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', status: 400, detail: 'not valid', retryable: false });
    expect(error).toMatchObject({ fields: [{ field: 'id', message: 'odd' }], remedy: 'Correct the named fields.' });
  });

  it('names the address at which nothing listens', async () => {
    const { url } = api;
    await api.stop();
    const error: unknown = await client.hosts().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiUnreachable);
    expect(String(error)).toContain(`${url}/api/v1/hosts: nothing listens there`);
    api = await FakeApi.start();
  });

  it('gives up on an API that stays silent', async () => {
    api.handles('GET /hosts', () => undefined);
    const hasty = new FerryClient({ baseUrl: api.url, actor: 'ada', timeoutMs: 50 });
    await expect(hasty.hosts()).rejects.toThrow('silent for 50 ms');
  });

  it('tells an answer of something else from one of the API', async () => {
    api.answers('GET /hosts', '<html>welcome</html>');
    await expect(client.hosts()).rejects.toBeInstanceOf(UnexpectedAnswer);
    api.answers('GET /hosts', { items: [{ id: 'host-a' }], nextCursor: null });
    await expect(client.hosts()).rejects.toBeInstanceOf(UnexpectedAnswer);
    await expect(client.audit()).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  it('reads a list to its end, page after page', async () => {
    api.answers('GET /hosts', ({ query }: { query: Record<string, string> }) =>
      query['cursor'] === 'two'
        ? { items: [{ ...HOST, id: 'host-b' }], nextCursor: null }
        : { items: [HOST], nextCursor: 'two' },
    );
    const ids: string[] = [];
    for await (const each of everyItem((cursor) => client.hosts({ cursor }))) ids.push(each.id);
    expect(ids).toEqual(['host-a', 'host-b']);
  });
});
