import { describe, expect, it } from 'vitest';
import { copyOf } from '../testing/sample-report.ts';
import { placeVirtualMachine, vanish, type Sighting } from './place-virtual-machine.ts';
import type { VirtualMachineRow } from './virtual-machine-schema.ts';

const at = '2026-01-31T12:00:00.000Z';
const later = '2026-01-31T12:00:01.000Z';
const seen = (host: string, told: Parameters<typeof copyOf>[1]): Sighting => ({
  host,
  at,
  copy: copyOf('web-1', told),
});
const place = (...sightings: Sighting[]) => sightings.reduce<VirtualMachineRow | null>(placeVirtualMachine, null);

const runs = seen('host-a', { owner: 'host-a', generation: 1, status: 'running' });
const incoming = seen('host-b', { owner: 'host-a', generation: 1, status: 'receiving' });
const released = seen('host-a', { owner: null, generation: 2, status: 'settled' });
const moved = seen('host-b', { owner: 'host-b', generation: 3, status: 'running' });
const leftover = seen('host-a', { owner: 'host-b', generation: 3, status: 'settled' });

describe('where a VM is', () => {
  it('is where its owner says it runs, whatever other copies there are', () => {
    expect(place(runs, incoming)).toMatchObject({ host: 'host-a', status: 'running' });
    expect(place(incoming, runs)).toMatchObject({ host: 'host-a', status: 'running' });
  });

  it('is at its owner even when only another host has spoken of it', () => {
    expect(place(incoming)).toMatchObject({ host: 'host-a', status: 'unknown', owner: 'host-a' });
  });

  it('is still at the source while the handle is released', () => {
    expect(place(runs, released)).toMatchObject({ host: 'host-a', status: 'settled', owner: null, generation: 2 });
  });

  it.each([
    ['the destination', [runs, released, moved]],
    ['the source', [runs, released, leftover]],
    ['both', [runs, released, moved, leftover]],
    ['a late word of the source', [runs, moved, released]],
  ])('is at the destination after the pivot, told by %s', (_, sightings) => {
    expect(place(...sightings)).toMatchObject({ host: 'host-b', owner: 'host-b', generation: 3 });
  });

  it('is nowhere after it has been stopped', () => {
    const stopped = seen('host-a', { owner: null, generation: 2, status: 'stopped' });
    expect(place(runs, stopped)).toMatchObject({ host: null, status: 'stopped' });
  });

  it('has stopped when its place no longer reports it, and only then', () => {
    const known = place(runs);
    if (known === null) throw new Error('not placed');
    expect(vanish(known, 'host-a', later)).toMatchObject({ host: null, status: 'stopped' });
    expect(vanish(known, 'host-b', later)).toBe(known);
    expect(vanish(known, 'host-a', '2026-01-31T11:59:59.000Z')).toBe(known);
  });
});
