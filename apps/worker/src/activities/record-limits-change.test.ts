import { FakeAuditStore } from '@ferry/persistence';
import { DEFAULT_LIMITS } from '@ferry/domain';
import { expect, test } from 'vitest';
import { createRecordLimitsChange } from './record-limits-change.ts';

test('who changed the limits from what to what, and why, is in the audit history', async () => {
  const store = new FakeAuditStore();
  const [before, after] = [DEFAULT_LIMITS, { ...DEFAULT_LIMITS, cluster: 10 }];
  const at = '2026-01-31T12:00:00.000Z';
  await createRecordLimitsChange(store)({ at, actor: 'ada', reason: 'faster network', before, after });
  expect(store.entries).toMatchObject([
    { at, actor: 'ada', action: 'limits.set', outcome: 'done', details: { reason: 'faster network', before, after } },
  ]);
});
