import { migrationQueue } from '@ferry/contracts/http';
import { DEFAULT_LIMITS } from '@ferry/domain';
import { FakeApi } from '@ferry/client/fake-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeMigration, MIGRATION_ID } from '../fake-answers.ts';
import { runFerry } from '../run-ferry.ts';

const { vm, source, destination, requestedAt } = fakeMigration();
const applicant = { migration: MIGRATION_ID, vm, source, destination, requestedAt };
const reason = 'host-a already sends 2 of 2';
const QUEUE = migrationQueue.parse({
  limits: DEFAULT_LIMITS,
  inFlight: [{ ...applicant, priority: 'normal', admittedAt: requestedAt }],
  waiting: [{ ...applicant, vm: 'web-2', priority: 'urgent', position: 1, reason }],
});
const LIMITS_IN_WORDS = 'At most 5 at once in the cluster; a host sends at most 2 and receives at most 2.\n';

describe('ferry', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
    api.answers('GET /queue', QUEUE);
  });
  afterEach(() => api.stop());

  it('shows who is under way, who waits for what, and the limits', async () => {
    const { stdout, exitCode } = await runFerry(api, ['queue']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/● +feedbeef +web-1 +host-a +host-b +normal .* under way\n/);
    expect(stdout).toMatch(/1 +feedbeef +web-2 +host-a +host-b +urgent .* waits: host-a already sends 2 of 2\n/);
    expect(stdout).toContain(LIMITS_IN_WORDS);
    expect(JSON.parse((await runFerry(api, ['queue', '--json'])).stdout)).toEqual(QUEUE);
  });

  it('shows the limits, and changes what is given of them', async () => {
    expect((await runFerry(api, ['limits'])).stdout).toBe(LIMITS_IN_WORDS);
    api.answers('PUT /limits', { outgoing: 3, incoming: 2, cluster: 10 });
    const change = ['--outgoing', '3', '--cluster', '10', '--reason', 'faster network'];
    expect((await runFerry(api, ['limits', ...change])).stdout).toContain('At most 10 at once');
    expect(api.requests.at(-1)?.body).toEqual({ outgoing: 3, cluster: 10, reason: 'faster network' });
    expect((await runFerry(api, ['limits', '--reason', 'none'])).exitCode).toBe(2);
  });

  it('shows where a queued migration stands', async () => {
    const standing = { position: 2, reason };
    api.answers(
      `GET /migrations/${MIGRATION_ID}`,
      fakeMigration({ state: 'queued', queue: standing, priority: 'background' }),
    );
    const { stdout } = await runFerry(api, ['show', MIGRATION_ID]);
    expect(stdout).toContain('queued, number 2 in line: host-a already sends 2 of 2\n');
    expect(stdout).toMatch(/Priority +background\n/);
  });
});
