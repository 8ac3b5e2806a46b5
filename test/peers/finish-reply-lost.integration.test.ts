import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withdraw } from '../../apps/agent/src/deeds/withdraw.ts';
import { releaseToNobody } from '../setup/release-to-nobody.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

/** Longer than the destination's agent needs to be back. */
const blackoutLimitMs = 3_000;

test('the destination has started and its source never heard of it, until long after its patience: it does not resume', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const { vm } = hosts;
  const plan = hosts.plan({ blackoutLimitMs });
  await releaseToNobody(hosts, plan);
  await hosts.a.close();
  hosts.b = await hosts.b.restarted();
  await expect.poll(() => hosts.b.hypervisor.status(vm)).toBe('running');
  await pause(blackoutLimitMs);

  hosts.a = await hosts.a.restarted();
  expect(await hosts.a.hypervisor.status(vm)).not.toBe('running');
  const asked = withdraw(hosts.a, { ...plan, epoch: 2 }, { reason: 'no reply' });
  await expect(asked).resolves.toMatchObject({ outcome: 'moved', owner: 'host-b' });
  expect(await hosts.a.hypervisor.status(vm)).not.toBe('running');
  expect(await hosts.b.hypervisor.status(vm)).toBe('running');
});
