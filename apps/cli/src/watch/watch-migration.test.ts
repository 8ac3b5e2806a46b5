import type { LiveEvent, MigrationDetail } from '@ferry/contracts/http';
import { beginEvents, FakeApi } from '@ferry/client/fake-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fakeCompletedMigration,
  fakeEntry,
  fakeMigration,
  fakePhase,
  fakeProgress,
  MIGRATION_ID,
} from '../fake-answers.ts';
import { RecordedTerminal } from '../recorded-terminal.ts';
import { runFerry } from '../run-ferry.ts';

const ROUTE = `GET /migrations/${MIGRATION_ID}`;
const HISTORY: LiveEvent = { kind: 'history', entry: fakeEntry() };

describe('ferry watch', () => {
  let api: FakeApi;
  let migration: MigrationDetail;
  beforeEach(async () => {
    api = await FakeApi.start();
    migration = fakeMigration();
    api.answers(ROUTE, () => migration);
  });
  afterEach(() => api.stop());

  /** The migration is seen as it is; then the stream shows progress, and tells that it has become `end`. */
  function becomes(end: MigrationDetail): void {
    api.handles(`${ROUTE}/events`, (_request, response) => {
      const write = beginEvents(response);
      api.answers(ROUTE, () => {
        const seen = migration;
        migration = end;
        write(fakeProgress());
        write(HISTORY, '7');
        return seen;
      });
    });
  }

  it('prints a line a phase on a pipe, then how it ended', async () => {
    becomes(fakeCompletedMigration());
    const { exitCode, stdout } = await runFerry(api, ['watch', MIGRATION_ID]);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      '✓ Checking both hosts 250 ms host-a',
      '✓ Copying memory 250 ms host-a',
      'web-1 runs on host-b',
      'blackout 41 ms, downtime by the hypervisor 34 ms, 64.0 MiB in 3 rounds, 2.0 s in all',
      '',
    ]);
  });

  it('says that it waits for its turn, and for what', async () => {
    migration = fakeMigration({ state: 'queued', queue: { position: 2, reason: 'host-a already sends 2 of 2' } });
    becomes(fakeCompletedMigration());
    const { exitCode, stdout } = await runFerry(api, ['watch', MIGRATION_ID]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Queued: number 2 in line: host-a already sends 2 of 2\n');
  });

  it('redraws on a terminal what goes on now: phase, remaining memory, rates, downtime', async () => {
    becomes(fakeCompletedMigration());
    const terminal = new RecordedTerminal({ interactive: true });
    await runFerry(api, ['watch', MIGRATION_ID], terminal);
    expect(terminal.stdout).toContain('● Copying memory\n');
    expect(terminal.stdout).toContain('█'.repeat(18) + '░'.repeat(6) + ' 32.0 MiB of 128 MiB left, 500 MiB/s');
    expect(terminal.stdout).toContain('dirtied 20.0 MiB/s, round 2, downtime about 120 ms');
    expect(terminal.stdout).toContain('\u001b[3A\u001b[0J');
    expect(terminal.stdout.split('\n').every((line) => line.replaceAll(/\u001b\[\d+[AJ]/g, '').length <= 100)).toBe(
      true,
    );
  });

  it('prints JSON lines for programs, the migration as it ended last', async () => {
    becomes(fakeCompletedMigration());
    const { stdout, exitCode } = await runFerry(api, ['watch', MIGRATION_ID, '--json']);
    expect(exitCode).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LiveEvent | { kind: 'migration' });
    expect(lines.map((line) => line.kind)).toContain('history');
    expect(lines.at(-1)).toMatchObject({ kind: 'migration', migration: { state: 'completed' } });
  });

  it.each([
    [fakeMigration({ state: 'cancelled', phase: null }), 6, 'cancelled: web-1 runs on at host-a'],
    [
      fakeMigration({ state: 'failed', failure: { code: 'TRANSFER_STALLED', detail: 'no byte in 15 s' } }),
      1,
      'Look at the migration network',
    ],
    [
      fakeMigration({
        state: 'needs-attention',
        phases: [fakePhase('redirect-network', 'failed')],
        failure: { code: 'NETWORK_NOT_REDIRECTED', detail: 'port unknown' },
      }),
      5,
      'ferry resume feedbeef',
    ],
  ])('exits by how it ended: $state', async (end, expected, words) => {
    becomes(end);
    const { exitCode, stdout } = await runFerry(api, ['watch', MIGRATION_ID]);
    expect(exitCode).toBe(expected);
    expect(stdout).toContain(words);
  });

  it('leaves the migration alone at Ctrl-C and says how to come back', async () => {
    const terminal = new RecordedTerminal({ interactive: true });
    api.handles(`${ROUTE}/events`, (_request, response) => {
      beginEvents(response)(fakeProgress());
      terminal.interrupt();
    });
    const { exitCode, stderr } = await runFerry(api, ['watch', MIGRATION_ID], terminal);
    expect(exitCode).toBe(130);
    expect(stderr).toBe('Left alone, it goes on. Come back with: ferry watch feedbeef\n');
    expect(api.requests.every((request) => request.method === 'GET')).toBe(true);
  });

  it('survives an API that goes away in the middle', async () => {
    api.handles(`${ROUTE}/events`, (_request, response) => {
      beginEvents(response);
      response.write('retry: 1\n\n');
      api.answers(ROUTE, () => {
        const seen = migration;
        migration = fakeCompletedMigration();
        response.destroy();
        return seen;
      });
    });
    const { exitCode, stdout } = await runFerry(api, ['watch', MIGRATION_ID]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Lost sight of it');
    expect(stdout).toContain('Back again.');
  });

  it('waits for the record of a migration that was accepted a moment ago', async () => {
    const { vm, source, destination, policy, priority } = migration;
    const submitted = { dryRun: false, id: MIGRATION_ID, vm, source, destination, policy, priority };
    api.answers('POST /migrations', submitted);
    api.refusesOnce(ROUTE, 'MIGRATION_UNKNOWN', 'not yet');
    becomes(fakeCompletedMigration());
    const { exitCode, stdout } = await runFerry(api, ['migrate', 'web-1', '--to', 'host-b', '--watch', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ kind: 'submitted' });
  });
});
