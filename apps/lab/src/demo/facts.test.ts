import type { AuditEntry } from '@ferry/contracts/http';
import { PHASES } from '@ferry/domain';
import { describe, expect, it } from 'vitest';
import type { CounterReport } from '../guest/counter.ts';
import { auditFacts, clientFacts, counterFacts } from './facts.ts';

const ping = { sent: 200, lost: 8, longestMs: 90, beganAt: 0 };
const session = { alive: true, echoes: 180, problem: null, longestMs: 90, beganAt: 0 };
const counter: CounterReport = { sequence: 50, boots: 1, checked: 50, longestPauseMs: 60, whole: true, problems: [] };

function entries(actions: [action: string, phase?: string][]): AuditEntry[] {
  return actions.map(([action, phase], index) => ({
    id: String(index),
    at: '2026-01-31T12:00:00.000Z',
    recordedAt: '2026-01-31T12:00:00.000Z',
    actor: 'demo',
    action: `migration.${action}`,
    outcome: 'done',
    migration: '01980000-0000-7000-8000-000000000000',
    sequence: index + 1,
    vm: 'web-1',
    host: null,
    details: phase === undefined ? {} : { phase },
  }));
}

function holds(checks: { name: string; holds: boolean }[]): boolean[] {
  return checks.map((each) => each.holds);
}

describe('the facts of the demo', () => {
  it('excuse packets that were lost in the blackout, and no others', () => {
    expect(holds(clientFacts({ ping, session }))).toEqual([true, true, true]);
    expect(holds(clientFacts({ ping: { ...ping, lost: 12 }, session }))).toEqual([true, false, true]);
  });

  it('do not hold when nothing was measured, or the session broke', () => {
    const nothing = { ping: { ...ping, sent: 0, lost: 0 }, session: { ...session, alive: false, problem: 'reset' } };
    expect(holds(clientFacts(nothing))).toEqual([true, false, false]);
  });

  it('do not hold when the guest was born again, stands still or has forked', () => {
    const later = { ...counter, sequence: 60 };
    expect(holds(counterFacts(counter, later))).toEqual([true]);
    expect(holds(counterFacts(counter, { ...later, boots: 2 }))).toEqual([false]);
    expect(holds(counterFacts(counter, counter))).toEqual([false]);
    expect(holds(counterFacts(counter, { ...later, whole: false, problems: ['forked'] }))).toEqual([false]);
  });

  it('want an audit history without a gap, from the request to the end, with each phase once', () => {
    const phases = PHASES.map((phase): [string, string] => ['phase-completed', phase]);
    const whole = entries([['requested'], ...phases, ['completed']]);
    expect(holds(auditFacts(whole))).toEqual([true]);
    expect(holds(auditFacts(whole.filter((entry) => entry.sequence !== 4)))).toEqual([false]);
    expect(holds(auditFacts(whole.slice(0, -1)))).toEqual([false]);
    expect(holds(auditFacts(entries([['requested'], ...phases.slice(1), ['completed']])))).toEqual([false]);
    expect(holds(auditFacts([]))).toEqual([false]);
  });
});
