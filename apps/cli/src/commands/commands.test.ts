import { FakeApi } from '@ferry/client/fake-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fakeCompletedMigration,
  fakeEntry,
  fakeHost,
  fakeMigration,
  fakeVirtualMachine,
  MIGRATION_ID,
} from '../fake-answers.ts';
import { RecordedTerminal } from '../recorded-terminal.ts';
import { runFerry } from '../run-ferry.ts';

const DEFINITION = {
  id: 'web-1',
  uuid: '7f0c2b9e-6a51-4c6c-9a3e-0d6a4f2b8c11',
  machine: { type: 'q35' },
  cpu: { model: 'qemu64', count: 1 },
  memoryKiB: 131_080,
  disks: [{ kind: 'image', id: 'root', image: 'web-1/root.img', format: 'raw' }],
  networks: [],
};

describe('ferry', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
  });
  afterEach(() => api.stop());

  it('lists hosts and VMs as tables for people and as one document for programs', async () => {
    api.answers('GET /hosts', {
      items: [fakeHost(), fakeHost({ id: 'host-b', status: 'silent', cluster: null })],
      nextCursor: null,
    });
    api.answers('GET /virtual-machines', {
      items: [fakeVirtualMachine({ migration: MIGRATION_ID })],
      nextCursor: null,
    });
    const hosts = await runFerry(api, ['hosts']);
    expect(hosts.stdout).toMatch(
      /^HOST +CLUSTER +STATUS .*\nhost-a +east +up .*8\.0 GiB +16\.0 GiB.*lan\nhost-b +no member +silent/,
    );
    expect((await runFerry(api, ['vms', '--host', 'host-a'])).stdout).toMatch(/web-1 +running +host-a .*feedbeef/);
    expect(api.requests.at(-1)?.query).toMatchObject({ host: 'host-a' });
    const { stdout, exitCode } = await runFerry(api, ['hosts', '--json']);
    expect((JSON.parse(stdout) as { id: string }[]).map((host) => host.id)).toEqual(['host-a', 'host-b']);
    expect(exitCode).toBe(0);
  });

  it('holds, releases, tunes and forces with what was given, and says what is in force', async () => {
    const { policy } = fakeMigration();
    const hold = { by: 'ada', reason: 'backup', since: '2026-01-31T12:00:00.000Z' };
    const address = `/migrations/${MIGRATION_ID}`;
    api.answers(`GET ${address}`, fakeMigration({ hold }));
    api.answers(`POST ${address}/hold`, { hold, policy });
    api.answers(`POST ${address}/tune`, { hold, policy: { ...policy, bandwidthBytesPerSecond: 200 * 1024 ** 2 } });
    api.answers(`POST ${address}/force`, { hold: null, policy });
    const asked = () => api.requests.findLast(({ method }) => method === 'POST')?.body;
    expect((await runFerry(api, ['hold', MIGRATION_ID, '--reason', 'backup'])).stdout).toContain('ferry release');
    expect(asked()).toEqual({ reason: 'backup' });
    expect((await runFerry(api, ['show', MIGRATION_ID])).stdout).toContain('held by ada since 2026-01-31 12:00:00.000');
    const tuned = await runFerry(api, ['tune', MIGRATION_ID, '--bandwidth', '200MiB', '--json']);
    expect(asked()).toEqual({ reason: null, bandwidthBytesPerSecond: 200 * 1024 ** 2 });
    expect(JSON.parse(tuned.stdout)).toMatchObject({ migration: MIGRATION_ID, hold });
    expect((await runFerry(api, ['force', MIGRATION_ID, '--downtime', '900'])).stdout).toContain('up to 900 ms');
    expect(asked()).toEqual({ reason: null, downtimeMs: 900 });
    api.answers(`GET ${address}`, fakeMigration());
    api.refuses(`POST ${address}/release`, 'NOT_HELD', 'Nothing keeps it.');
    expect(await runFerry(api, ['release', MIGRATION_ID])).toMatchObject({ exitCode: 4 });
    expect(await runFerry(api, ['force', MIGRATION_ID])).toMatchObject({ exitCode: 2 });
  });

  it('asks for a migration with what was given, and nothing else', async () => {
    const { policy, priority } = fakeMigration();
    const way = { vm: 'web-1', source: 'host-a', destination: 'host-b' };
    const submitted = { dryRun: false, id: MIGRATION_ID, ...way, policy, priority };
    api.answers('POST /migrations', submitted);
    const args = [
      '--to',
      'host-b',
      '--reason',
      'new disks',
      '--bandwidth',
      '500M',
      '--downtime-limit',
      '50',
      '--priority',
      'urgent',
    ];
    const { stdout, exitCode } = await runFerry(api, ['migrate', 'web-1', ...args, '--idempotency-key', MIGRATION_ID]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`web-1 moves from host-a to host-b: migration ${MIGRATION_ID}`);
    expect(stdout).toContain('ferry watch feedbeef');
    expect(api.requests[0]?.headers).toMatchObject({ 'ferry-actor': 'ada', 'idempotency-key': MIGRATION_ID });
    expect(api.requests[0]?.body).toEqual({
      vm: 'web-1',
      destination: 'host-b',
      reason: 'new disks',
      dryRun: false,
      priority: 'urgent',
      policy: { bandwidthBytesPerSecond: 500 * 1024 ** 2, downtimeLimitMs: 50 },
    });
    api.answers('POST /migrations', { ...submitted, dryRun: true, id: null });
    expect((await runFerry(api, ['migrate', 'web-1', '--to', 'host-b', '--dry-run'])).stdout).toContain(
      'Nothing was started.',
    );
  });

  it('asks for a policy by its name, with single values over it, and refuses a name that there is not', async () => {
    const { policy, priority } = fakeMigration();
    const submitted = { dryRun: true, id: null, vm: 'web-1', source: 'host-a', destination: 'host-b' };
    api.answers('POST /migrations', { ...submitted, policy, priority });
    const args = ['migrate', 'web-1', '--to', 'host-b', '--dry-run'];
    const values = ['--rounds', '7', '--abandon-after', '90s', '--throttle', '40', '--last-resort', '5000'];
    await runFerry(api, [...args, '--policy', 'must-complete', ...values]);
    expect(api.requests[0]?.body).toMatchObject({
      policy: {
        ...{ name: 'must-complete', roundLimit: 7, abandonAfterMs: 90_000 },
        ...{ throttleLimitPercent: 40, lastResortDowntimeMs: 5_000 },
      },
    });
    expect(await runFerry(api, [...args, '--policy', 'hasty'])).toMatchObject({ exitCode: 2 });
    expect(await runFerry(api, [...args, '--abandon-after', 'soon'])).toMatchObject({ exitCode: 2 });
  });

  it('shows what was predicted of a transfer beside how it went', async () => {
    const prediction = {
      ...{ converges: true, rounds: 4, totalMs: 1_900, transferredBytes: 60 * 1024 ** 2, downtimeMs: 90 },
      dirtyBytesPerSecond: 8 * 1024 ** 2,
    };
    api.answers(`GET /migrations/${MIGRATION_ID}`, { ...fakeCompletedMigration(), prediction });
    const shown = async () => (await runFerry(api, ['show', MIGRATION_ID])).stdout;
    expect(await shown()).toMatch(
      /Predicted +1.9 s in 4 rounds, 60.0 MiB, downtime 90 ms \(8.0 MiB\/s were changed\); it was .+ in 3 rounds, 64.0 MiB, downtime 34 ms/,
    );
    api.answers(`GET /migrations/${MIGRATION_ID}`, fakeMigration({ prediction: { ...prediction, converges: false } }));
    expect(await shown()).toMatch(/Predicted +no switchover by this policy \(8.0 MiB\/s were changed\)\n/);
  });

  it('shows a migration that is named by its VM, by a part of its id, or by all of it', async () => {
    api.answers('GET /migrations', ({ query }: { query: Record<string, string> }) => ({
      items: query['vm'] === undefined || query['vm'] === 'web-1' ? [fakeMigration()] : [],
      nextCursor: null,
    }));
    api.answers(`GET /migrations/${MIGRATION_ID}`, fakeCompletedMigration());
    for (const name of ['web-1', 'feedbeef', '019a0000', MIGRATION_ID]) {
      const { stdout } = await runFerry(api, ['show', name]);
      expect(stdout).toContain('blackout 41 ms, downtime by the hypervisor 34 ms, 64.0 MiB in 3 rounds, 2.0 s in all');
      expect(stdout).toMatch(/preflight +completed +host-a +1 +250 ms/);
    }
    const none = await runFerry(api, ['show', 'web-2']);
    expect(none.exitCode).toBe(4);
    expect(none.stderr).toContain('"web-2" is neither a migration nor a VM that has one');
  });

  it('does not guess between two migrations', async () => {
    api.answers('GET /migrations', ({ query }: { query: Record<string, string> }) => ({
      items:
        query['vm'] === undefined ? [fakeMigration(), fakeMigration({ id: MIGRATION_ID.replace('feed', 'dead') })] : [],
      nextCursor: null,
    }));
    const { exitCode, stderr } = await runFerry(api, ['cancel', 'beef']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('more than one migration');
    expect(api.requests.every((request) => request.method === 'GET')).toBe(true);
  });

  it('lists migrations by state, VM and host, and says when there are more', async () => {
    api.answers('GET /migrations', { items: [fakeCompletedMigration(), fakeMigration()], nextCursor: null });
    const filters = ['--state', 'completed', '--vm', 'web-1', '--host', 'host-b'];
    const { stdout } = await runFerry(api, ['migrations', ...filters, '--limit', '1']);
    expect(stdout).toMatch(/feedbeef +web-1 +host-a +host-b +completed/);
    expect(stdout).toContain('There are more');
    expect(api.requests[0]?.query).toEqual({ state: 'completed', vm: 'web-1', host: 'host-b', limit: '2' });
    expect((await runFerry(api, ['migrations', '--state', 'lost'])).exitCode).toBe(2);
  });

  it('exits by what became of a cancellation', async () => {
    const route = `POST /migrations/${MIGRATION_ID}/cancel`;
    api.answers(route, { outcome: 'kept', owner: 'host-a', explanation: 'never left' });
    const kept = await runFerry(api, ['cancel', MIGRATION_ID, '--reason', 'changed my mind']);
    expect(kept).toMatchObject({ exitCode: 0, stdout: 'Cancelled: the guest runs on at host-a.\nnever left\n' });
    expect(api.requests[0]?.body).toEqual({ reason: 'changed my mind' });
    api.answers(route, { outcome: 'too-late', owner: 'host-b', explanation: 'past the pivot' });
    expect((await runFerry(api, ['cancel', MIGRATION_ID])).exitCode).toBe(4);
    api.answers(route, { outcome: 'pending', owner: null, explanation: 'host-a does not answer' });
    expect((await runFerry(api, ['cancel', MIGRATION_ID])).exitCode).toBe(5);
  });

  it('resumes, and says how to follow', async () => {
    api.answers(`POST /migrations/${MIGRATION_ID}/resume`, { phase: 'redirect-network' });
    api.answers(`GET /migrations/${MIGRATION_ID}`, fakeMigration());
    const { stdout, exitCode } = await runFerry(api, ['resume', MIGRATION_ID]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Resumed with redirect-network');
  });

  it('shows the history of one migration whole and from its beginning', async () => {
    api.answers('GET /audit', { items: [fakeEntry()], nextCursor: null });
    const { stdout } = await runFerry(api, ['audit', MIGRATION_ID]);
    expect(stdout).toMatch(/2026-01-31 12:00:00\.000 +ada +migration\.requested +accepted .*reason=maintenance/);
    expect(api.requests[0]?.query).toMatchObject({ migration: MIGRATION_ID, order: 'oldest-first' });
  });

  it('starts a VM from a file or standard input, and names what is wrong in it', async () => {
    api.answers('POST /virtual-machines', fakeVirtualMachine());
    const folder = await mkdtemp(join(tmpdir(), 'ferry-cli-'));
    try {
      const file = join(folder, 'web-1.json');
      await writeFile(file, JSON.stringify(DEFINITION));
      expect((await runFerry(api, ['start', file, '--on', 'host-a'])).stdout).toBe('web-1 runs on host-a.\n');
      expect(api.requests[0]?.body).toMatchObject({ host: 'host-a', savedState: null, definition: { id: 'web-1' } });
    } finally {
      await rm(folder, { recursive: true });
    }
    const terminal = new RecordedTerminal();
    terminal.stdin = JSON.stringify({
      ...DEFINITION,
      disks: [{ kind: 'image', id: 'root', image: '../etc', format: 'raw' }],
    });
    const wrong = await runFerry(api, ['start', '-', '--on', 'host-a'], terminal);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('disks.0.image: must not contain');
    expect(api.requests).toHaveLength(1);
    expect((await runFerry(api, ['start', '/nowhere/at-all.json', '--on', 'host-a'])).stderr).toContain(
      'cannot be read',
    );
  });

  it('asks a person before it ends a guest, and a program not', async () => {
    api.answers('POST /virtual-machines/web-1/stop', fakeVirtualMachine({ status: 'stopped' }));
    const terminal = new RecordedTerminal({ interactive: true });
    terminal.confirms = false;
    expect((await runFerry(api, ['stop', 'web-1'], terminal)).exitCode).toBe(130);
    expect(api.requests).toHaveLength(0);
    expect((await runFerry(api, ['stop', 'web-1'])).stdout).toBe('web-1 is stopped.\n');
  });
});
