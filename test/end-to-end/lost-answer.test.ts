import { agentName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, migrate, untilItStandsStill } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('the destination has the whole state and its answer is lost: only the source runs, and the destination never does', async () => {
  const lab = await sharedLab();
  await lab.createGuest('lost-answer-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('lost-answer-1');
  const agent = lab.part(agentName('host-a'));
  const policy = { bandwidthBytesPerSecond: 32 * 1024 ** 2 };
  const loss = at('progress', async () => {
    agent.freeze();
    await untilItStandsStill(lab, 'lost-answer-1');
    // From here on the source hears nothing: what it sends arrives, the answer does not.
    await lab.network?.muteMigrationLink('host-b', true);
    agent.thaw();
  });
  const migration = await migrate(lab, { vm: 'lost-answer-1', destination: 'host-b', policy }, loss.reached);
  await lab.network?.muteMigrationLink('host-b', false);

  await loss.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a' });
  expect(await lab.witnessRecord('lost-answer-1')).toMatchObject({ kind: 'held', host: 'host-a', generation: 1 });
  await expectGuestLives(lab, 'lost-answer-1', 'host-a', before);
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-b' })).toMatchObject({ items: [] });
});
