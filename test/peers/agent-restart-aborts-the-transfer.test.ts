import { agentName } from '@ferry/lab';
import { expect, test } from 'vitest';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('both agents are restarted in order while memory moves, as by an upgrade: the same transfer goes on, and is neither cancelled nor begun anew', async () => {
  const lab = await sharedLab();
  await lab.createGuest('restart-1', { host: 'host-a', dirty: { mibPerSecond: 4, workingSetMib: 8 } });
  const before = await lab.counter('restart-1');
  const policy = { bandwidthBytesPerSecond: 12 * 1024 ** 2 };
  const restart = at('progress', async () => {
    const agents = ['host-a', 'host-b'].map(agentName);
    await Promise.all(agents.map((agent) => lab.processes.stop(agent)));
    await Promise.all(agents.map((agent) => lab.processes.restart(agent)));
  });
  const migration = await migrate(lab, { vm: 'restart-1', destination: 'host-b', policy }, restart.reached);

  await restart.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b', failure: null });
  const memory = migration.phases.find(({ phase }) => phase === 'transfer-memory');
  expect(memory?.attempts).toBeGreaterThan(1);
  // A transfer begun anew would have begun after the restart, and sent everything again.
  const told = await expectWholeHistory(lab, migration);
  expect(told).not.toContain('migration.phase-failed');
  expect(told).not.toContain('migration.compensated');
  await expectGuestLives(lab, 'restart-1', 'host-b', before);
});
