import { agentName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, labUnderTest, migrate } from '../setup/lab-under-test.ts';

test('a migration that can’t go on says so with its reason, in state and history, and goes on when its host is back and a person says so', async () => {
  const lab = await labUnderTest('peers-stuck', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const agent = lab.part(agentName('host-b'));
  await agent.kill9();
  const recovery = at('migration.needs-attention', async () => {
    const { items } = await lab.client.migrations({ vm: 'web-1', state: 'needs-attention' });
    expect(items).toMatchObject([{ state: 'needs-attention', failure: { code: 'HOST_GONE' } }]);
    await agent.restart();
    await lab.client.resumeMigration(items[0]?.id ?? '', { reason: 'host-b is back' });
  });
  const migration = await migrate(lab, { vm: 'web-1', destination: 'host-b' }, recovery.reached);

  await recovery.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  const told = await expectWholeHistory(lab, migration);
  expect(told).toEqual(
    expect.arrayContaining(['migration.phase-failed', 'migration.needs-attention', 'migration.resumed']),
  );
  await expectGuestLives(lab, 'web-1', 'host-b', before);
}, 120_000);
