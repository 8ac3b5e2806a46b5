import { agentName, guestProcess } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate, untilItStandsStill } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('memory goes over several connections, and the destination hangs as the source has sent all: the guest runs on at the source, and goes on writing', async () => {
  const lab = await sharedLab();
  await lab.createGuest('connections-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('connections-1');
  const agent = lab.part(agentName('host-a'));
  const policy = { channels: 2, bandwidthBytesPerSecond: 32 * 1024 ** 2 };
  const hang = at('progress', async () => {
    agent.freeze();
    await untilItStandsStill(lab, 'connections-1');
    guestProcess(lab.layout, 'host-b', 'connections-1')?.freeze();
    agent.thaw();
  });
  const migration = await migrate(lab, { vm: 'connections-1', destination: 'host-b', policy }, hang.reached);

  await hang.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'TRANSFER_STALLED' } });
  await expectGuestLives(lab, 'connections-1', 'host-a', before);
  await expectWholeHistory(lab, migration);
});
