import { FakeMigrationStore } from '@ferry/persistence';
import { FerryError, DEFAULT_POLICY, type MigrationEvent } from '@ferry/domain';
import { expect, test } from 'vitest';
import { createRecordEvents } from './record-events.ts';

const REQUESTED: MigrationEvent = {
  migration: '0190a6e0-0000-7000-8000-000000000001',
  vm: 'web-1',
  sequence: 1,
  at: '2026-01-31T12:00:00.000Z',
  type: 'requested',
  actor: 'ada',
  reason: null,
  source: 'host-a',
  destination: 'host-b',
  policy: DEFAULT_POLICY,
  priority: 'normal',
};

test('an event delivered twice is there once', async () => {
  const store = new FakeMigrationStore();
  const record = createRecordEvents(store);
  await record([REQUESTED]);
  await record([REQUESTED]);
  expect((await store.list({ limit: 10 })).items).toHaveLength(1);
});

test('a database that is away makes the activity retryable, under the catalogue’s code', async () => {
  const record = createRecordEvents({
    recordEvents: () => Promise.reject(new FerryError('RECORDS_UNAVAILABLE', 'away')),
  });
  await expect(record([REQUESTED])).rejects.toMatchObject({ type: 'RECORDS_UNAVAILABLE', nonRetryable: false });
});
