import { expect, test } from 'vitest';
import { decideSource, mayRemove, type KnownRecord } from './authority.ts';
import { SOURCE_COPIES } from './source-table.ts';

const migration = '0190aaaa-0000-7000-8000-000000000001';
const theirs: KnownRecord = { kind: 'assigned', host: 'b', migration, by: 'ada', reason: 'a is lost' };
const released: KnownRecord = { kind: 'released', source: 'a', destination: 'b', migration };
const ours: KnownRecord = { kind: 'held', host: 'a' };

function removable(record: KnownRecord, isDestination = false): string[] {
  return SOURCE_COPIES.filter((copy) => {
    const { decision } = decideSource({ host: 'a', migration, record, copy, intent: 'hand-over' });
    return mayRemove({ decision, record, isDestination });
  });
}

test('what a host has of a guest that is another’s is removed, dead or alive, unless that one needs it or nobody can say what it is', () => {
  expect(removable(theirs)).toEqual(SOURCE_COPIES.filter((copy) => copy !== 'serving' && copy !== 'unknown'));
});

test('of a guest that is its own, or on its way, or whose record can’t be read or is not there, a host removes nothing', () => {
  for (const record of [ours, released, 'unreachable', null] as const) expect(removable(record)).toEqual([]);
});

test('what is left of a dead copy at a destination is the migration’s to remove', () => {
  const gone = ['died', 'absent', 'vanished'];
  expect(removable(theirs, true).filter((copy) => gone.includes(copy))).toEqual([]);
});
