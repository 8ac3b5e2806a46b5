import { matrix } from '@ferry/lab';
import { test } from 'vitest';
import { expectAllGreen } from '../../setup/expect-all-green.ts';
import { labUnderTest } from '../../setup/lab-under-test.ts';

const MOMENTS = ['memory', 'released'];
/** `test/hardship/database-and-api-are-away` is without these from beginning to end. */
const ELSEWHERE = ['api', 'postgres'];
/** As many as a test's time allows; `npm run faults -- --simulated` plays all of them. */
const CELLS = matrix({ simulated: true, only: 'killed, destination QEMU · released · frozen' }).filter(
  ({ moment, target }) => MOMENTS.includes(moment) && !ELSEWHERE.includes(target),
);

test('whatever is killed in a modelled guest’s migration, while memory moves and in the blackout, all five promises hold', async () => {
  const lab = await labUnderTest('simulated-fault-matrix', { simulated: true, actor: 'on-call' });
  await expectAllGreen(lab, CELLS);
}, 240_000);
