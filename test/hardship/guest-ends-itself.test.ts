import { expect, test } from 'vitest';
import { tracesOn } from '../../apps/lab/src/faults/copies.ts';
import { guestParts } from '../../apps/lab/src/guest-definition.ts';
import { at, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest that shuts itself down while it moves has ended, and is not revived: its record is stopped, no host keeps anything of it, and it can be started anywhere', async () => {
  const lab = await sharedLab();
  await lab.createGuest('guest-end-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const { definition } = await lab.client.virtualMachine('guest-end-1');
  // Slow enough that it would take half a minute.
  const policy = { bandwidthBytesPerSecond: 2 * 1024 ** 2 };
  const end = at('progress', async () => lab.guestProbe('guest-end-1')?.control('poweroff'));
  const migration = await migrate(lab, { vm: 'guest-end-1', destination: 'host-b', policy }, end.reached);

  expect(await end.done()).toBe('ok');
  expect(migration).toMatchObject({ state: 'failed', failure: { code: 'GUEST_GONE' } });
  await expectWholeHistory(lab, migration);
  await expect.poll(() => lab.witnessRecord('guest-end-1')).toMatchObject({ kind: 'stopped', host: 'host-a' });
  const shown = () => lab.client.virtualMachine('guest-end-1');
  await expect.poll(shown, { timeout: 10_000 }).toMatchObject({ status: 'stopped', host: null, migration: null });
  for (const host of lab.hosts)
    await expect.poll(() => tracesOn({ lab, guest: 'guest-end-1' }, host), { timeout: 10_000 }).toEqual([]);

  const { boots } = await lab.counter('guest-end-1');
  const again = { definition: definition as never, host: 'host-b', savedState: guestParts.savedState };
  await expect(lab.client.startVirtualMachine(again)).resolves.toMatchObject({ status: 'running', host: 'host-b' });
  await expect.poll(async () => (await lab.counter('guest-end-1')).boots, { timeout: 20_000 }).toBe(boots + 1);
});
