import { afterEach, expect, test } from 'vitest';
import { arm, copyMemory, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';

const qemu = 'qemu-system-x86_64';

let hosts: TwoHosts;
afterEach(() => hosts.close());

test('a VM moves: it runs at the destination, the record says so, and nothing is left at the source', async () => {
  hosts = await twoHosts(qemu);
  const { a, b, vm } = hosts;
  const plan = hosts.plan();
  const t0 = performance.now();
  const { uri } = await prepare(hosts, plan);
  const t1 = performance.now();
  const armed = await arm(hosts, plan);
  const t2 = performance.now();
  await copyMemory(hosts, plan, uri);
  const [state, storage, online, network, retired] = await Promise.all(Object.values(armed));
  const t3 = performance.now();
  console.log({ prepare: t1 - t0, arm: t2 - t1, rest: t3 - t2, state, storage, online, network, retired });
  console.log(a.sessions.of(vm).current?.journal.entries, b.sessions.of(vm).current?.journal.entries);

  expect(await b.hypervisor.status(vm)).toBe('running');
  expect(await a.witness.read(vm)).toMatchObject({ kind: 'started', host: 'host-b', generation: 3 });
  expect(a.hypervisor.list()).toEqual([]);
  expect(retired).toEqual({ retired: true });
});
