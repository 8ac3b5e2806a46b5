import type { LiveEvent } from '@ferry/contracts/http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiUnreachable, FerryProblem } from './errors.ts';
import { beginEvents, FakeApi } from './fake-api.ts';
import { FerryClient } from './ferry-client.ts';

const MIGRATION = '019a0000-0000-7000-8000-000000000001';

function history(id: string): LiveEvent {
  const at = '2026-01-31T12:00:00.000Z';
  const place = { migration: MIGRATION, sequence: 1, vm: 'web-1', host: null };
  const entry = { id, at, recordedAt: at, actor: 'ada', action: 'migration.requested', ...place };
  return { kind: 'history', entry: { ...entry, outcome: 'accepted', details: {} } };
}

describe('the stream of events', () => {
  let api: FakeApi;
  let client: FerryClient;
  beforeEach(async () => {
    api = await FakeApi.start();
    client = new FerryClient({ baseUrl: api.url, actor: 'ada' });
  });
  afterEach(() => api.stop());

  it('comes back after an interruption, behind the last event that it saw', async () => {
    let connections = 0;
    api.handles(`GET /migrations/${MIGRATION}/events`, (_request, response) => {
      connections += 1;
      const write = beginEvents(response);
      response.write('retry: 1\n\n: a comment\n\n');
      if (connections === 1) {
        write(history('7'), '7');
        response.write('event: unheard-of\ndata: {"kind":"unheard-of"}\n\n');
        response.end();
      } else write(history('8'), '8');
    });
    const seen: string[] = [];
    for await (const step of client.follow({ migration: MIGRATION })) {
      seen.push(step.kind === 'history' ? step.entry.id : step.kind);
      if (seen.includes('8')) break;
    }
    expect(seen).toEqual(['connected', '7', 'interrupted', 'connected', '8']);
    expect(api.requests.map((request) => request.headers['last-event-id'])).toEqual([undefined, '7']);
  });

  it('closes its connection when the reader leaves', async () => {
    const closed = new Promise((resolve) => {
      api.handles('GET /events', (_request, response) => {
        beginEvents(response)(history('1'), '1');
        void once(response, 'close').then(resolve);
      });
    });
    for await (const event of client.events()) {
      expect(event.kind).toBe('history');
      break;
    }
    await closed;
  });

  it('ends without an error when its signal is aborted', async () => {
    const stop = new AbortController();
    api.handles('GET /events', (_request, response) => {
      beginEvents(response);
    });
    const kinds: string[] = [];
    for await (const step of client.follow({ signal: stop.signal })) {
      kinds.push(step.kind);
      stop.abort();
    }
    expect(kinds).toEqual(['connected']);
  });

  it('fails at once if it was never connected', async () => {
    api.refuses(`GET /migrations/${MIGRATION}/events`, 'MIGRATION_UNKNOWN', 'no such migration');
    await expect(client.events({ migration: MIGRATION }).next()).rejects.toBeInstanceOf(FerryProblem);
    await api.stop();
    await expect(client.events().next()).rejects.toBeInstanceOf(ApiUnreachable);
    api = await FakeApi.start();
  });
});
