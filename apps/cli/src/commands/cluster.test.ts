import { FakeApi } from '@ferry/client/fake-api';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFerry } from '../run-ferry.ts';

const AT = '2026-01-31T12:00:00.000Z';
const INVITED = { host: 'host-c', invitedAt: AT, invitedBy: 'ada', expiresAt: '2026-01-31T13:00:00.000Z' };

describe('ferry cluster', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
    api.answers('POST /clusters/east/invitations', { cluster: 'east', ...INVITED });
  });
  afterEach(() => api.stop());

  it('shows a new credential once, alone on standard output, and tells the API nothing but its hash', async () => {
    const args = ['cluster', 'invite', 'east', 'host-c', '--minutes', '5', '--reason', 'new'];
    const { stdout, stderr, exitCode } = await runFerry(api, args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ferry\.east\.host-c\.[\w-]{43}\n$/);
    expect(stderr).toContain('FERRY_CREDENTIAL');
    const credentialHash = createHash('sha256').update(stdout.trim()).digest('hex');
    expect(api.requests[0]?.body).toEqual({ host: 'host-c', credentialHash, validMinutes: 5, reason: 'new' });
    const json = await runFerry(api, ['cluster', 'invite', 'east', 'host-c', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ cluster: 'east', host: 'host-c', expiresAt: INVITED.expiresAt });
    expect(json.stdout).not.toContain(stdout.trim());
  });

  it('creates, removes and dismisses, each for a reason, and exits by a refusal', async () => {
    const done = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
      response.writeHead(204).end();
    api.handles('POST /clusters', done).handles('POST /hosts/host-c/dismiss', done);
    api.refuses('POST /clusters/east/remove', 'CLUSTER_NOT_EMPTY', 'Members of east are host-a.');
    expect((await runFerry(api, ['cluster', 'create', 'east', '--reason', 'room 1'])).stdout).toContain('invite east');
    expect(api.requests.at(-1)?.body).toEqual({ name: 'east', reason: 'room 1' });
    expect((await runFerry(api, ['cluster', 'dismiss', 'host-c', '--json'])).stdout).toContain('"host-c"');
    expect(api.requests.at(-1)?.body).toEqual({ reason: null });
    expect(await runFerry(api, ['cluster', 'remove', 'east'])).toMatchObject({ exitCode: 4 });
    expect(await runFerry(api, ['cluster', 'destroy', 'east'])).toMatchObject({ exitCode: 2 });
  });

  it('lists clusters with their hosts, and who is invited', async () => {
    const invitations = [INVITED, { ...INVITED, host: 'host-d', expiresAt: '2999-01-01T00:00:00.000Z' }];
    const members = [{ host: 'host-a', joinedAt: AT }];
    api.answers('GET /clusters', { items: [{ name: 'east', createdAt: AT, createdBy: 'ada', members, invitations }] });
    expect((await runFerry(api, ['clusters'])).stdout).toMatch(
      /east +host-a +host-c \(expired\), host-d \(for \d+ days\)\n$/,
    );
  });
});
