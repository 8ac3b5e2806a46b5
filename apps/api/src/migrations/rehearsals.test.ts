import { randomUUID } from 'node:crypto';
import type { SubmittedMigration } from '@ferry/contracts/http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openApi } from '../testing/open-api.ts';

const [rehearsals, migrations] = ['/api/v1/rehearsals', '/api/v1/migrations'];
const good = { vm: 'web-1', destination: 'host-b', reason: 'before the window' };

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.app.close());

it('a rehearsal asked for is under way, and is seen as a migration whose guest stays', async () => {
  const { status, headers, body } = await api.ask(rehearsals, { body: good, headers: { 'ferry-actor': 'ann' } });
  const { id } = body as SubmittedMigration;
  expect({ status, location: headers['location'] }).toEqual({ status: 202, location: `${migrations}/${id ?? ''}` });
  expect(api.engine.moving.get('web-1')).toMatchObject({ migration: id, rehearsal: true, hold: false });
  const read = await api.ask(String(headers['location']));
  expect(read.body).toMatchObject({ id, state: 'running', rehearsal: { figures: null } });
});

it('the key of a rehearsal is no key of a migration', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await api.ask(rehearsals, { body: good, headers });
  expect((await api.ask(rehearsals, { body: good, headers })).body).toEqual(first.body);
  const { problem } = await api.ask(migrations, { body: good, headers });
  expect(problem).toMatchObject({ code: 'VALIDATION_FAILED', fields: [{ field: 'idempotency-key' }] });
});

it('a rehearsal can neither be held nor tried without being started', async () => {
  for (const field of ['hold', 'dryRun'])
    expect((await api.ask(rehearsals, { body: { ...good, [field]: true } })).problem.code).toBe('VALIDATION_FAILED');
});
