import { DEFAULT_POLICY, type MigrationEvent, type MigrationEventBody, type Phase } from '@ferry/domain';
import { describe, expect, it } from 'vitest';
import { completed, eventsOf, requested } from '../testing/sample-events.ts';
import { applyEvent, EventGapError, type MigrationRecord } from './apply-event.ts';

const failure = { code: 'DESTINATION_DIED', detail: 'QEMU ended with code 1' } as const;
const started = (phase: Phase): MigrationEventBody => ({ type: 'phase-started', phase });
const ended = (phase: Phase): MigrationEventBody => ({
  ...{ type: 'phase-completed', phase, host: 'host-a', attempts: 2, details: { rounds: 3 } },
  ...{ startedAt: '2026-01-31T12:00:01.000Z', finishedAt: '2026-01-31T12:00:02.000Z' },
});

function after(...bodies: MigrationEventBody[]): MigrationRecord {
  const record = eventsOf([requested, ...bodies]).reduce<MigrationRecord | null>(applyEvent, null);
  if (record === null) throw new Error('no event');
  return record;
}

describe('a migration made of its events', () => {
  it('runs, without a phase, from its request on', () => {
    expect(after()).toMatchObject({ state: 'running', phase: null, requestedBy: 'ann', lastSequence: 1, phases: [] });
  });

  it('keeps what a phase’s agent saw of it', () => {
    const [run] = after(started('preflight'), ended('preflight')).phases;
    expect(run).toMatchObject({ state: 'completed', host: 'host-a', attempts: 2, details: { rounds: 3 } });
    expect(run?.finishedAt).toBe('2026-01-31T12:00:02.000Z');
  });

  it('is in the earliest phase that runs, however many are armed', () => {
    const armed = [started('transfer-memory'), started('transfer-state'), started('transfer-storage')];
    expect(after(...armed).phase).toBe('transfer-memory');
    expect(after(...armed, ended('transfer-memory')).phase).toBe('transfer-state');
  });

  it('is queued until its turn comes, unless it is called off meanwhile', () => {
    const queued = { type: 'queued', position: 1, reason: 'host-a already sends 2 of 2' } as const;
    const admitted = { type: 'admitted', waitedMs: 5 } as const;
    const cancel = { type: 'cancel-requested', actor: 'bob', reason: null } as const;
    expect(after(started('preflight'), ended('preflight'), queued).state).toBe('queued');
    expect(after(queued, admitted).state).toBe('running');
    expect(after(queued, cancel, admitted).state).toBe('cancelling');
  });

  it('waits for a person with its failure, and forgets it when resumed', () => {
    const parked = [started('retire-source'), { type: 'needs-attention', phase: 'retire-source', failure }] as const;
    expect(after(...parked)).toMatchObject({ state: 'needs-attention', phase: 'retire-source', failure });
    const resumed = { type: 'resumed', phase: 'retire-source', actor: 'bob', reason: null } as const;
    expect(after(...parked, resumed)).toMatchObject({ state: 'running', failure: null });
  });

  it('is held by who held it last, until it is released, forced or over', () => {
    const held = { type: 'gate-shut', actor: 'bob', reason: 'backup' } as const;
    const by = { actor: 'eve', reason: null };
    const forced = {
      type: 'forced',
      ...by,
      downtimeMs: 900,
      policy: { ...DEFAULT_POLICY, downtimeLimitMs: 900 },
    } as const;
    expect(after(held).hold).toEqual({ by: 'bob', reason: 'backup', since: '2026-01-31T12:00:01.000Z' });
    expect(after(held, { type: 'gate-opened', ...by }).hold).toBeNull();
    expect(after(held, forced)).toMatchObject({ hold: null, policy: { downtimeLimitMs: 900 } });
    expect(after(held, { type: 'cancelled', owner: 'host-a' }).hold).toBeNull();
  });

  it('has the policy that was tuned, and that it was resumed with', () => {
    const by = { actor: 'eve', reason: null };
    const policy = { ...DEFAULT_POLICY, bandwidthBytesPerSecond: 5_000_000 };
    expect(after({ type: 'tuned', ...by, policy }).policy).toEqual(policy);
    const resumed = { type: 'resumed', phase: 'transfer-memory', ...by } as const;
    expect(after({ ...resumed, policy }).policy).toEqual(policy);
    expect(after(resumed).policy).toEqual(DEFAULT_POLICY);
  });

  it('has its figures and its blackout when it is completed', () => {
    expect(after(completed)).toMatchObject({ state: 'completed', phase: null, owner: 'host-b', blackoutMs: 30 });
  });

  it('tells no blackout that would be made up of two clocks that differ', () => {
    const preflight = ended('preflight');
    const told = { ...preflight, details: { findings: [{ code: 'CLOCKS_DIFFER', severity: 'warning' }] } } as const;
    expect(after(told, completed)).toMatchObject({ state: 'completed', blackoutMs: null });
  });

  it('goes on after a cancel that came too late', () => {
    const record = after(
      { type: 'cancel-requested', actor: 'bob', reason: null },
      ...[
        { type: 'decided', decision: 'moved-despite-cancel', owner: 'host-b', generation: 3, explanation: '' } as const,
      ],
    );
    expect(record).toMatchObject({ state: 'running', owner: 'host-b' });
  });

  it('leaves no phase running once it has failed', () => {
    const record = after(started('transfer-memory'), { type: 'failed', owner: 'host-a', failure });
    expect(record.phases).toMatchObject([{ state: 'failed', failure }]);
    expect(record).toMatchObject({ state: 'failed', phase: 'transfer-memory', failure });
  });

  it('knows where a phase has failed, and after how many attempts', () => {
    const failed = {
      type: 'phase-failed',
      phase: 'create-destination',
      failure,
      host: 'host-b',
      attempts: 20,
    } as const;
    expect(after(started('create-destination'), failed).phases).toMatchObject([
      { state: 'failed', host: 'host-b', attempts: 20, failure },
    ]);
  });

  it('has ended as it ended, whatever is still told afterwards', () => {
    const late = { type: 'cancel-requested', actor: 'bob', reason: null } as const;
    const record = after({ type: 'failed', owner: 'host-a', failure }, late, started('retire-source'));
    expect(record).toMatchObject({ state: 'failed', failure, phases: [], lastSequence: 4 });
  });

  it('refuses an event whose predecessor is missing', () => {
    const [first, , third] = eventsOf([requested, started('preflight'), ended('preflight')]);
    expect(() => applyEvent(applyEvent(null, first as MigrationEvent), third as MigrationEvent)).toThrow(EventGapError);
    expect(() => applyEvent(null, third as MigrationEvent)).toThrow('event 3 of migration');
  });
});
