import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY, type MigrationEvent, type MigrationEventBody } from '@ferry/domain';

/** Numbers what happened to one migration, a second apart. */
export function eventsOf(
  bodies: readonly MigrationEventBody[],
  { migration = randomUUID(), vm = 'web-1', from = '2026-01-31T12:00:00.000Z' } = {},
): MigrationEvent[] {
  return bodies.map((body, index) => ({
    ...{ migration, vm, sequence: index + 1, at: secondsAfter(from, index) },
    ...body,
  }));
}

export function secondsAfter(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}

export const requested: MigrationEventBody = {
  type: 'requested',
  actor: 'ann',
  reason: 'new firmware',
  source: 'host-a',
  destination: 'host-b',
  policy: DEFAULT_POLICY,
  priority: 'normal',
};

export const completed: MigrationEventBody = {
  type: 'completed',
  owner: 'host-b',
  statistics: { downtimeMs: 21, totalMs: 340, setupMs: 2, transferredBytes: 9_000_000, rounds: 3 },
  stoppedAt: '2026-01-31T12:00:05.100Z',
  runningAt: '2026-01-31T12:00:05.130Z',
};
