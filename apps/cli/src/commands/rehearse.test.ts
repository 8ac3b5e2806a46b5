import { beginEvents, FakeApi } from '@ferry/client/fake-api';
import type { MigrationDetail } from '@ferry/contracts/http';
import { finding } from '@ferry/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeMigration, MIGRATION_ID } from '../fake-answers.ts';
import { runFerry } from '../run-ferry.ts';

const figures = {
  ...{ copiedMs: 1_200, transferredBytes: 64 * 1024 ** 2, rounds: 2 },
  ...{ bytesPerSecond: 100 * 1024 ** 2, dirtyBytesPerSecond: 3 * 1024 ** 2 },
  forecast: { totalMs: 1_236, rounds: 1, downtimeMs: 36 },
};
const preflight: MigrationDetail['phases'][number] = {
  ...{ phase: 'preflight', state: 'completed', host: 'host-a', attempts: 1, startedAt: null, finishedAt: null },
  details: { findings: [finding('CPUS_SHORT', 'host-b', 'The guest has 4, this host 2.')] },
  failure: null,
};
const ended = fakeMigration({ state: 'rehearsed', rehearsal: { figures }, phases: [preflight] });

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
  const { id, vm, source, destination, policy, priority } = ended;
  api.handles(`GET /migrations/${MIGRATION_ID}/events`, (_request, response) => void beginEvents(response));
  api.answers('POST /rehearsals', { dryRun: false, id, vm, source, destination, policy, priority });
});
afterEach(() => api.stop());

it('ferry rehearse asks for a rehearsal, follows it, and says how a migration would go, with each finding', async () => {
  api.answers(`GET /migrations/${MIGRATION_ID}`, ended);
  const { stdout, exitCode } = await runFerry(api, ['rehearse', 'web-1', '--to', 'host-b', '--downtime-limit', '50']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('web-1 has stayed on host-a');
  expect(stdout).toContain('64.0 MiB in 2 rounds, at up to 100 MiB/s');
  expect(stdout).toMatch(/with a downtime of about 36 ms/);
  expect(stdout).toContain('warning CPUS_SHORT');
  expect(api.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
    ...{ vm: 'web-1', destination: 'host-b' },
    policy: { downtimeLimitMs: 50 },
  });
});

it('says that a migration would not converge', async () => {
  const hopeless = { ...ended, rehearsal: { figures: { ...figures, forecast: null } } };
  api.answers(`GET /migrations/${MIGRATION_ID}`, hopeless);
  expect((await runFerry(api, ['rehearse', 'web-1', '--to', 'host-b'])).stdout).toContain('would not converge');
});
