import type { AuditEntry, MigrationDetail } from '@ferry/contracts/http';
import { PHASES } from '@ferry/domain';
import type { CounterReport } from '../guest/counter.ts';
import type { GuestStatus, ProbeReport } from '../probe/probe-messages.ts';
import { bytes, milliseconds } from './amounts.ts';
import { check, type Check } from './check.ts';

// What a person at the client would call an interruption rather than a hiccup.
const longestBlackoutMs = 2_000;
const leastPingIntervalMs = 9;

/** What the API says of a migration that should have brought a guest to its destination. */
export function migrationFacts(migration: MigrationDetail): Check[] {
  const { statistics, owner, destination, state, blackoutMs } = migration;
  const moved = state === 'completed' && owner === destination;
  return [
    check('the guest is at its destination', moved, `${state}, owner ${owner ?? 'nobody'}`),
    check(
      'QEMU’s downtime',
      within(statistics?.downtimeMs, longestBlackoutMs),
      amount(statistics?.downtimeMs, milliseconds),
    ),
    check('CPUs stopped until they ran again', within(blackoutMs, longestBlackoutMs), amount(blackoutMs, milliseconds)),
    check('bytes sent', (statistics?.transferredBytes ?? 0) > 0, amount(statistics?.transferredBytes, bytes)),
    check('rounds over the memory', (statistics?.rounds ?? 0) > 0, amount(statistics?.rounds, String)),
  ];
}

/** What the client saw of the guest meanwhile. */
export function clientFacts({ ping, session }: ProbeReport): Check[] {
  // A packet may be lost while nobody could take it, and at no other time.
  const excusable = Math.ceil(ping.longestMs / leastPingIntervalMs) + 1;
  const silence = `longest silence ${milliseconds(session.longestMs)}, ${session.echoes} echoes`;
  return [
    check('client’s blackout (ping every 10 ms)', ping.longestMs < longestBlackoutMs, milliseconds(ping.longestMs)),
    check('packets lost', ping.sent > 0 && ping.lost <= excusable, `${ping.lost} of ${ping.sent}`),
    check('the TCP session is alive', session.alive, session.problem ?? silence),
  ];
}

/** What the guest finds when it looks at the memory it dirties: each page as it was left. */
export function memoryFacts(status: GuestStatus): Check[] {
  const { corruptPages, achievedMibPerSecond } = status.dirty;
  const value = `${corruptPages} pages lost, still dirtying ${achievedMibPerSecond} MiB/s`;
  return [check('the guest’s memory is whole', corruptPages === 0 && achievedMibPerSecond > 0, value)];
}

/** What the guest wrote on its disk: one writer, forwards only, before and after. */
export function counterFacts(before: CounterReport, after: CounterReport): Check[] {
  const value = `${before.sequence} → ${after.sequence}, ${after.checked} checked, ${after.boots} boot`;
  const whole = after.whole && after.boots === before.boots && after.sequence > before.sequence;
  return [check('the guest’s counter never forked', whole, [value, ...after.problems].join('; '))];
}

/** What Postgres has kept of the migration. */
export function auditFacts(entries: readonly AuditEntry[]): Check[] {
  const numbers = entries.map((entry) => entry.sequence);
  const whole = numbers.length > 0 && numbers.every((number, index) => number === index + 1);
  const completed = entries
    .filter((entry) => entry.action === 'migration.phase-completed')
    .map((entry) => entry.details['phase']);
  const phases = PHASES.every((phase) => completed.filter((each) => each === phase).length === 1);
  const ends = entries[0]?.action === 'migration.requested' && entries.at(-1)?.action === 'migration.completed';
  const value = `${entries.length} entries, ${completed.length} phases, asked for by ${entries[0]?.actor ?? 'nobody'}`;
  return [check('the audit history is whole', whole && phases && ends, value)];
}

function within(value: number | null | undefined, limit: number): boolean {
  return typeof value === 'number' && value >= 0 && value < limit;
}

function amount(value: number | null | undefined, write: (value: number) => string): string {
  return typeof value === 'number' ? write(value) : 'unknown';
}
