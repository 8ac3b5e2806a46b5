import { withAddresses } from '@ferry/domain';
import { expect, test } from 'vitest';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

test('both agents restart after a move: the VM is where it moved to, known there and nowhere else, and can move on', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const { vm } = hosts;
  const there = hosts.plan();
  const listening = await prepare(hosts, there);
  const armed = arm(hosts, there);
  await copyMemory(hosts, there, listening);
  await Promise.all(Object.values(armed));

  // Twice: what the first start tidied up, the second must not take for more.
  for (let time = 1; time <= 2; time += 1) {
    [hosts.a, hosts.b] = await Promise.all([hosts.a.restarted(), hosts.b.restarted()]);
    expect(hosts.a.hypervisor.list()).toEqual([]);
    expect(hosts.b.hypervisor.definitionOf(vm)).toEqual(withAddresses(hosts.definition));
    expect(await hosts.b.hypervisor.status(vm)).toBe('running');
  }

  const mirrored = { ...hosts, a: hosts.b, b: hosts.a };
  const back = { ...hosts.plan(), source: 'host-b', destination: 'host-a' };
  const prepared = await prepare(mirrored, back);
  const again = arm(mirrored, back);
  await copyMemory(mirrored, back, prepared);
  await Promise.all(Object.values(again));
  expect(await hosts.a.hypervisor.status(vm)).toBe('running');
});
