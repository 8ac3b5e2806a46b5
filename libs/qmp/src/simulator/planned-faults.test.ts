import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type FaultPoint, Faults, planFaults } from './faults.ts';
import { crawling, startPair } from './migrating-pair.ts';
import { guestDisk } from './started-vm.ts';

const continued = { state: 'pre-switchover' } as const;

async function pairInDevice(disk: string) {
  const pair = await startPair({ disk });
  await pair.migrate();
  await pair.sourceReaches('pre-switchover');
  await pair.source.client.execute('migrate-continue', continued);
  return pair;
}

it('stalls until the plan says otherwise, and answers QMP meanwhile', async () => {
  const disk = guestDisk();
  planFaults(disk, { faults: [{ side: 'source', at: 'device', do: 'stall' }] });
  const pair = await pairInDevice(disk);
  await pair.sourceReaches('device');
  await pause(50);
  expect(await pair.stateOf('source')).toBe('finish-migrate device');
  planFaults(disk, { faults: [] });
  await pair.sourceReaches('completed');
});

it('loses the answer: the destination has the whole state, and the source runs again by itself', async () => {
  const disk = guestDisk();
  planFaults(disk, { faults: [{ side: 'destination', at: 'answer', do: 'lose-answer' }] });
  const pair = await pairInDevice(disk);
  await pair.sourceReaches('failed');
  await expect.poll(() => pair.stateOf('source')).toBe('running failed');
  expect(await pair.stateOf('destination')).toBe('paused completed');
  await expect(pair.destination.client.execute('cont')).rejects.toThrow('Failed to get "write" lock');
});

it('cuts the link: nobody notices, a cancel ends as failed, and only a yank ends the destination', async () => {
  const disk = guestDisk();
  planFaults(disk, { faults: [{ side: 'source', at: 'active', do: 'cut-link' }] });
  const pair = await startPair({ disk, bandwidth: crawling });
  await pair.migrate();
  await pair.destinationReaches('active');
  await pause(50);
  expect(await pair.stateOf('source')).toBe('running active');
  await pair.source.client.execute('migrate_cancel');
  await pair.sourceReaches('failed');
  expect(await pair.stateOf('source')).toBe('running failed');
  expect(await pair.stateOf('destination')).toBe('inmigrate active');
  await pair.destination.client.execute('yank', { instances: [{ type: 'migration' }] });
  expect(await pair.destination.exited).toBe(1);
});

it.each(['active', 'device', 'answer'] as const)('dies at %s', async (at: FaultPoint) => {
  const disk = guestDisk();
  planFaults(disk, { faults: [{ side: 'destination', at, do: 'die' }] });
  const pair = await startPair({ disk });
  await pair.migrate();
  if (at !== 'active') {
    await pair.sourceReaches('pre-switchover');
    await pair.source.client.execute('migrate-continue', continued);
  }
  expect(await pair.destination.exited).toBeNull();
});

it('draws the same faults from the same seed', async () => {
  const disk = guestDisk();
  planFaults(disk, { seed: 7, faults: [{ side: 'source', at: 'active', do: 'lose-answer', probability: 0.5 }] });
  const draw = async () => {
    const faults = new Faults(disk);
    const drawn: unknown[] = [];
    for (let i = 0; i < 20; i++) drawn.push(await faults.strike('source', 'active', new AbortController().signal));
    return drawn;
  };
  const first = await draw();
  expect(new Set(first).size).toBe(2);
  expect(await draw()).toEqual(first);
});
