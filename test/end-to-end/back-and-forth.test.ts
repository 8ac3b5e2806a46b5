import { expect, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest under load moves back and forth ten times, and its client’s session lives through all of it', async () => {
  const lab = await sharedLab();
  await lab.createGuest('back-and-forth-1', { host: 'host-a', dirty: { mibPerSecond: 20, workingSetMib: 16 } });
  const before = await lab.counter('back-and-forth-1');
  for (let turn = 1; turn <= 10; turn += 1) {
    const destination = turn % 2 === 1 ? 'host-b' : 'host-a';
    await expect(migrate(lab, { vm: 'back-and-forth-1', destination })).resolves.toMatchObject({
      state: 'completed',
      owner: destination,
    });
    await expectGuestLives(lab, 'back-and-forth-1', destination, before);
  }
  expect(await lab.witnessRecord('back-and-forth-1')).toMatchObject({ kind: 'started', generation: 21 });
});
