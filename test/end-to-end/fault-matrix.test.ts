import type { Cell } from '@ferry/lab';
import { test } from 'vitest';
import { expectAllGreen } from '../setup/expect-all-green.ts';
import { sharedLab } from '../setup/shared-lab.ts';

/** One of each kind that `test/hardship` has not; `npm run faults` plays all of them. */
const CELLS: readonly Cell[] = [
  { target: 'worker', moment: 'started', way: 'killed' },
  { target: 'temporal', moment: 'switchover', way: 'killed' },
  { target: 'source agent', moment: 'switchover', way: 'killed' },
  { target: 'source agent', moment: 'memory', way: 'frozen' },
  { target: 'destination agent', moment: 'released', way: 'killed' },
  { target: 'source QEMU', moment: 'memory', way: 'killed for good' },
  { target: 'source QEMU', moment: 'released', way: 'killed for good' },
  { target: 'destination QEMU', moment: 'released', way: 'killed for good' },
  { target: 'destination QEMU', moment: 'released', way: 'frozen' },
  { target: 'witness', moment: 'released', way: 'away' },
  { target: 'shared storage', moment: 'created', way: 'empty' },
  { target: 'source agent', moment: 'cancelled', way: 'killed' },
];

test('whatever dies or hangs in a migration: one copy of the guest at most, an end in time, nothing left, a whole history, and a next move', async () => {
  await expectAllGreen(await sharedLab(), CELLS);
}, 360_000);
