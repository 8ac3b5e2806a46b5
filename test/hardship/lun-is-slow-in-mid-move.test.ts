import { expect, onTestFinished, test } from 'vitest';
import { at, expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const vm = 'lun-slow-1';

test('a LUN becomes slow in mid-move: the guest is slow and nothing more, it moves, and what it wrote is whole', async () => {
  const lab = await sharedLab('iscsi');
  await lab.createGuest(vm, { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter(vm);
  const slow = at('progress', async () => {
    onTestFinished(() => lab.network?.limitStorageLink('host-a', null));
    await lab.network?.limitStorageLink('host-a', 3 * 1024);
    // Half a second’s, at its own pace. Each is some 700 bytes on the wire, and the first few go through at once.
    const [{ sequence }, begunAt] = [await lab.counter(vm), performance.now()];
    const counted = async () => (await lab.counter(vm)).sequence - sequence;
    await expect.poll(counted, { timeout: 10_000, interval: 20 }).toBeGreaterThanOrEqual(10);
    expect(performance.now() - begunAt).toBeGreaterThan(1_000);
  });
  const policy = { bandwidthBytesPerSecond: 24 * 1024 ** 2 };
  const migration = await migrate(lab, { vm, destination: 'host-b', policy }, slow.reached);
  await slow.done();
  expect(migration).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab, vm, 'host-b', before);
});
