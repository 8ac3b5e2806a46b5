import { agentName } from '@ferry/lab';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { cover, uncover } from '../../apps/lab/src/cover.ts';
import { hangFolder } from '../../apps/lab/src/faults/hang-folder.ts';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLabOfThisFile } from '../setup/shared-lab.ts';

const lab = sharedLabOfThisFile();
beforeAll(async () => {
  await lab().createGuest('witness-1', { host: 'host-a', dirty: { mibPerSecond: 4, workingSetMib: 8 } });
  await lab().createGuest('bystander', { host: 'host-a' });
});

test('the witness turns read-only while memory moves: what can’t be released runs on at the source within the policy’s time, and the next move works', async () => {
  const before = await lab().counter('witness-1');
  const policy = { bandwidthBytesPerSecond: 16 * 1024 ** 2, blackoutLimitMs: 500 };
  const turn = at('progress', async () => {
    await cover(lab().layout.witness, 'read-only', '');
    onTestFinished(() => uncover(lab().layout.root));
  });
  const migration = await migrate(lab(), { vm: 'witness-1', destination: 'host-b', policy }, turn.reached);

  await turn.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'BLACKOUT_TOO_LONG' } });
  expect(migration.failure?.detail).toMatch(/release could not be written: EROFS/);
  await expectGuestLives(lab(), 'witness-1', 'host-a', before);
  await uncover(lab().layout.root);
  const again = await migrate(lab(), { vm: 'witness-1', destination: 'host-b' });
  expect(again).toMatchObject({ state: 'completed' });
  const back = await migrate(lab(), { vm: 'witness-1', destination: 'host-a' });
  expect(back).toMatchObject({ state: 'completed' });
});

test('the witness turns read-only while memory moves, and the source’s agent starts anew: also then nothing stands still for longer than the policy allows', async () => {
  const before = await lab().counter('witness-1');
  const policy = { bandwidthBytesPerSecond: 16 * 1024 ** 2, blackoutLimitMs: 500 };
  const turn = at('progress', async () => {
    await cover(lab().layout.witness, 'read-only', '');
    onTestFinished(() => uncover(lab().layout.root));
    await lab().processes.stop(agentName('host-a'));
    await lab().processes.restart(agentName('host-a'));
  });
  const migration = await migrate(lab(), { vm: 'witness-1', destination: 'host-b', policy }, turn.reached);

  await turn.done();
  expect(migration).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'BLACKOUT_TOO_LONG' } });
  await expectGuestLives(lab(), 'witness-1', 'host-a', before);
});

test('the witness hangs while memory moves: the agents go on, also one that is started anew, what is asked for another guest is answered, and the move goes on when the witness does', async () => {
  const before = { moving: await lab().counter('witness-1'), other: await lab().counter('bystander') };
  const policy = { bandwidthBytesPerSecond: 16 * 1024 ** 2 };
  const hang = at('progress', async () => {
    const mend = await hangFolder(lab().layout.witness);
    onTestFinished(mend);
    const refused = await migrate(lab(), { vm: 'bystander', destination: 'host-b' });
    expect(refused).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'PREFLIGHT_FAILED' } });
    expect(refused.failure?.detail).toMatch(/WITNESS_UNREACHABLE on host-a: .*has not answered within/);
    // It is ready when it was heard from.
    await lab().processes.stop(agentName('host-b'));
    await lab().processes.restart(agentName('host-b'));
    const reportedAt = async () => (await lab().client.host('host-a')).reportedAt;
    const last = await reportedAt();
    await expect.poll(reportedAt, { timeout: 15_000 }).not.toBe(last);
    await mend();
  });
  const migration = await migrate(lab(), { vm: 'witness-1', destination: 'host-b', policy }, hang.reached);

  await hang.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab(), 'witness-1', 'host-b', before.moving);
  await expectGuestLives(lab(), 'bystander', 'host-a', before.other);
  await expectWholeHistory(lab(), migration);
});
