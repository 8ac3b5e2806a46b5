import { describe, expect, test } from 'vitest';
import { maySucceed, ownerOf, type HandleClaim } from './handle.ts';

const held: HandleClaim = { kind: 'held', host: 'a' };
const released: HandleClaim = { kind: 'released', source: 'a', destination: 'b', migration: 'm' };
const started: HandleClaim = { kind: 'started', host: 'b', migration: 'm' };
const reclaimed: HandleClaim = { kind: 'reclaimed', host: 'a', migration: 'm' };
const declined: HandleClaim = { kind: 'declined', source: 'a', destination: 'b', migration: 'm' };
const whole: HandleClaim = { kind: 'whole', host: 'b', migration: 'm' };
const stopped: HandleClaim = { kind: 'stopped', host: 'a' };

test('while it is released, declined or stopped nobody may run the guest', () => {
  const owners = [null, held, released, started, whole, declined, reclaimed, stopped].map(ownerOf);
  expect(owners).toEqual([null, 'a', null, 'b', 'b', null, 'a', null]);
});

describe('who may append what', () => {
  test.each<[string, HandleClaim | null, HandleClaim, boolean]>([
    ['a VM that nobody has can be held', null, held, true],
    ['a stopped VM can be held anywhere', stopped, { kind: 'held', host: 'c' }, true],
    ['a held VM cannot be held by another', held, { kind: 'held', host: 'b' }, false],
    ['the owner can release', held, released, true],
    ['nobody else can release', started, released, false],
    ['the named destination can start', released, started, true],
    ['another host cannot start', released, { kind: 'started', host: 'c', migration: 'm' }, false],
    ['another migration cannot start', released, { kind: 'started', host: 'b', migration: 'n' }, false],
    ['the source can reclaim what it released', released, reclaimed, true],
    ['the source cannot reclaim what was started', started, reclaimed, false],
    ['the destination cannot start what was reclaimed', reclaimed, started, false],
    ['the named destination can decline', released, declined, true],
    ['another host cannot decline', released, { ...declined, destination: 'c' }, false],
    ['what was started cannot be declined', started, declined, false],
    ['the source can reclaim what was declined', declined, reclaimed, true],
    ['the source can give up what was declined', declined, stopped, true],
    ['the destination cannot start what it has declined', declined, started, false],
    ['who has started can say that it is whole', started, whole, true],
    ['nobody else can say that it is whole', started, { ...whole, host: 'a' }, false],
    ['nothing is whole that was not started', released, whole, false],
    ['a whole VM can be released again', whole, { ...released, source: 'b', destination: 'a' }, true],
    ['a released VM cannot be stopped under the other’s feet', released, stopped, false],
    ['the owner can stop', started, { kind: 'stopped', host: 'b' }, true],
  ])('%s', (_, current, next, allowed) => {
    expect(maySucceed(current, next)).toBe(allowed);
  });
});
