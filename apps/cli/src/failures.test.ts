import { FakeApi } from '@ferry/client/fake-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHost, MIGRATION_ID } from './fake-answers.ts';
import { RecordedTerminal } from './recorded-terminal.ts';
import { run } from './program.ts';
import { runFerry } from './run-ferry.ts';

describe('what goes wrong', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
  });
  afterEach(() => api.stop());

  it('says what happened, the field and the remedy of a refusal', async () => {
    const field = { field: 'policy.downtimeLimitMs', message: 'must be at least 1' };
    api.refuses('POST /migrations', 'VALIDATION_FAILED', 'The policy is out of range', [field]);
    const { exitCode, stdout, stderr } = await runFerry(api, [
      'migrate',
      'web-1',
      '--to',
      'host-b',
      '--downtime-limit',
      '0',
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toBe(
      'The request is not valid (VALIDATION_FAILED)\n' +
        '  The policy is out of range\n' +
        '  policy.downtimeLimitMs: must be at least 1\n' +
        '  → Correct the named fields.\n',
    );
  });

  it('says it to programs in JSON, at standard error', async () => {
    api.refuses('POST /migrations', 'HOST_GONE', 'host-b is silent');
    const { exitCode, stdout, stderr } = await runFerry(api, ['migrate', 'web-1', '--to', 'host-b', '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'HOST_GONE', detail: 'host-b is silent' } });
  });

  it('names the address at which no API listens', async () => {
    const { url } = api;
    await api.stop();
    const { exitCode, stderr } = await runFerry({ url }, ['hosts']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(url);
    expect(stderr).toContain('FERRY_API_URL');
    api = await FakeApi.start();
  });

  it('names each malformed setting, and asks nothing', async () => {
    const terminal = new RecordedTerminal();
    const exitCode = await run(['hosts'], terminal, { FERRY_API_URL: 'ftp://x', FERRY_ACTOR: 'a b' });
    expect(exitCode).toBe(2);
    expect(terminal.stderr).toContain('FERRY_API_URL is malformed');
    expect(terminal.stderr).toContain('FERRY_ACTOR is malformed');
  });

  it('exits with 2 for a command line that it does not know', async () => {
    for (const args of [['fly'], ['hosts', '--fast'], ['migrate', 'web-1'], ['migrations', '--limit', 'x'], []]) {
      expect((await runFerry(api, args)).exitCode, args.join(' ')).toBe(2);
    }
    const odd = await runFerry(api, ['migrate', 'web-1', '--to', 'host-b', '--bandwidth', 'fast']);
    expect(odd).toMatchObject({ exitCode: 2, stdout: '' });
    expect(odd.stderr).toContain('--bandwidth');
  });

  it('says also that in JSON where it was asked for', async () => {
    const { exitCode, stdout, stderr } = await runFerry(api, ['migrate', 'web-1', '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'USAGE', detail: expect.stringContaining('--to') as string },
    });
  });

  it('says of an id that is no migration’s that it has no history', async () => {
    api.answers('GET /audit', { items: [], nextCursor: null });
    api.refuses(`GET /migrations/${MIGRATION_ID}`, 'MIGRATION_UNKNOWN', 'There is none.');
    expect(await runFerry(api, ['audit', MIGRATION_ID])).toMatchObject({ exitCode: 4, stdout: '' });
  });

  it('colours only where colours are wanted, and lets no answer steer the terminal', async () => {
    api.answers('GET /hosts', {
      items: [fakeHost({ migrationAddress: '', networks: ['\u001b[2Jlan'] })],
      nextCursor: null,
    });
    const plain = await runFerry(api, ['hosts']);
    expect(plain.stdout).not.toContain('\u001b');
    const coloured = await runFerry(api, ['hosts'], new RecordedTerminal({ interactive: true, colour: true }));
    expect(coloured.stdout).toContain('\u001b[32mup\u001b[39m');
    expect(coloured.stdout).not.toContain('\u001b[2J');
  });
});
