import { agentName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('both agents killed while memory moves: QEMU goes on without them, they find it again, and the migration completes', async () => {
  const lab = await sharedLab();
  await lab.createGuest('agents-1', { host: 'host-a', dirty: { mibPerSecond: 4, workingSetMib: 8 } });
  const before = await lab.counter('agents-1');
  const agents = ['host-a', 'host-b'].map((host) => lab.part(agentName(host)));
  const policy = { bandwidthBytesPerSecond: 16 * 1024 ** 2 };
  const death = at('progress', async () => {
    await Promise.all(agents.map((agent) => agent.kill9()));
    await Promise.all(agents.map((agent) => agent.restart()));
  });
  const migration = await migrate(lab, { vm: 'agents-1', destination: 'host-b', policy }, death.reached);

  await death.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  expect(migration.phases.find(({ phase }) => phase === 'transfer-memory')?.attempts).toBeGreaterThan(1);
  await expectGuestLives(lab, 'agents-1', 'host-b', before);
  await expectWholeHistory(lab, migration);
});
