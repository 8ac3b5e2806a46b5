import { expect, test } from 'vitest';
import { startVirtualMachine } from '../../apps/agent/src/deeds/start-virtual-machine.ts';
import { bringOnline } from '../../apps/agent/src/phases/bring-online.ts';
import { transferState } from '../../apps/agent/src/phases/transfer-state.ts';
import { copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { twoHostsUnderTest, unwatched } from '../setup/two-hosts-under-test.ts';

test('a copy that nobody has retired after the move is started by nobody, and its agent ends it as soon as it is back', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const { vm, definition } = hosts;
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const [state, online] = [transferState(hosts.a, plan, {}, unwatched), bringOnline(hosts.b, plan, {}, unwatched)];
  await copyMemory(hosts, plan, listening);
  await Promise.all([state, online]);

  const asked = startVirtualMachine(hosts.a, { definition, savedState: null });
  await expect(asked).rejects.toMatchObject({ code: 'VM_ALREADY_THERE' });
  expect(await hosts.a.hypervisor.status(vm)).toBe('settled');

  hosts.a = await hosts.a.restarted();
  expect(hosts.a.hypervisor.list()).toEqual([]);
  expect(await hosts.b.hypervisor.status(vm)).toBe('running');
});
