import { expect, test } from 'vitest';
import { discard } from '../../apps/agent/src/deeds/discard.ts';
import { withdraw } from '../../apps/agent/src/deeds/withdraw.ts';
import { releaseToNobody } from '../setup/release-to-nobody.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

test('the source’s report is lost, and its host with it: who wants the destination destroyed is refused by the record', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const { vm } = hosts;
  const plan = hosts.plan({ blackoutLimitMs: 20_000 });
  await releaseToNobody(hosts, plan);
  await hosts.a.close();
  hosts.b = await hosts.b.restarted();

  const next = { ...plan, epoch: 2 };
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: false });
  expect(await hosts.b.hypervisor.status(vm)).toBe('running');

  hosts.a = await hosts.a.restarted();
  expect(await withdraw(hosts.a, next, { reason: 'HOST_GONE' })).toMatchObject({ outcome: 'moved', owner: 'host-b' });
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: false });
  expect(await hosts.b.hypervisor.status(vm)).toBe('running');
});
