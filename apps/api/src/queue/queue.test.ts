import { randomUUID } from 'node:crypto';
import type { SubmittedMigration } from '@ferry/contracts/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApi } from '../testing/open-api.ts';

const [queue, limits, migrations] = ['/api/v1/queue', '/api/v1/limits', '/api/v1/migrations'];

describe('the queue', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.app.close());

  it('shows the limits, who is under way, and who waits for what', async () => {
    const { body } = await api.ask(migrations, { body: { vm: 'web-1', destination: 'host-b', priority: 'urgent' } });
    const waits = {
      ...{ migration: randomUUID(), vm: 'web-2', source: 'host-a', destination: 'host-b', priority: 'normal' as const },
      ...{ requestedAt: '2026-01-31T12:00:00.000Z', position: 1, reason: 'host-a already sends 2 of 2' },
    };
    api.engine.waiting.push(waits);
    expect(await api.ask(queue)).toMatchObject({
      status: 200,
      body: {
        limits: { outgoing: 2, incoming: 2, cluster: 5 },
        inFlight: [{ migration: (body as SubmittedMigration).id, vm: 'web-1', priority: 'urgent' }],
        waiting: [waits],
      },
    });
  });

  it('tells a queued migration’s standing where the migration is read, and does without while it can’t be asked', async () => {
    const { body } = await api.ask(migrations, { body: { vm: 'web-1', destination: 'host-b' } });
    const id = (body as SubmittedMigration).id ?? '';
    const standing = { position: 3, reason: 'host-a already sends 2 of 2' };
    const at = '2026-01-31T12:00:01.000Z';
    await api.records.migrations.recordEvents([
      { migration: id, vm: 'web-1', sequence: 2, at, type: 'queued', position: 4, reason: 'as it was then' },
    ]);
    api.engine.waiting.push({
      ...{ migration: id, vm: 'web-1', source: 'host-a', destination: 'host-b', priority: 'normal', requestedAt: at },
      ...standing,
    });
    expect((await api.ask(`${migrations}/${id}`)).body).toMatchObject({ state: 'queued', queue: standing });
    expect((await api.ask(`${migrations}?state=queued`)).body).toMatchObject({ items: [{ id, priority: 'normal' }] });
    api.engine.away = true;
    expect((await api.ask(`${migrations}/${id}`)).body).toMatchObject({ state: 'queued', queue: null });
  });

  it('has its limits set one by one, by somebody for a reason', async () => {
    const body = { outgoing: 3, reason: 'faster network' };
    const changed = await api.ask(limits, { method: 'PUT', body, headers: { 'ferry-actor': 'ann' } });
    expect(changed).toMatchObject({ status: 200, body: { outgoing: 3, incoming: 2, cluster: 5 } });
    expect(api.engine.limitsAsked).toEqual([{ limits: { outgoing: 3 }, actor: 'ann', reason: 'faster network' }]);
    expect((await api.ask(limits)).body).toEqual({ outgoing: 3, incoming: 2, cluster: 5 });
  });

  it.each([
    [{ outgoing: 0 }, 'outgoing'],
    [{ incoming: 65 }, 'incoming'],
    [{ cluster: 1.5 }, 'cluster'],
    [{ host: 1 }, 'host'],
    [{ reason: 'none' }, 'outgoing'],
  ])('refuses %j by name, and keeps that in the audit history', async (body, field) => {
    const { problem } = await api.ask(limits, { method: 'PUT', body });
    expect(problem).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(problem.fields?.map((each) => each.field)).toContain(field);
    expect(api.engine.limitsAsked).toEqual([]);
    expect(api.records.audit.entries).toMatchObject([{ action: 'limits.set', outcome: 'refused' }]);
  });
});
