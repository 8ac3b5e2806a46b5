import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bringOnline } from '../phases/bring-online.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

describe.each(Object.entries(HYPERVISORS))('an agent that comes back, on %s', (_, program) => {
  test('and finds an empty folder where the witness should be mounted, lets its guests run', async () => {
    hosts = await twoHosts(program);
    const witness = join(hosts.handle, '../..');
    await rename(witness, `${witness}-elsewhere`);
    await mkdir(join(witness, 'handle'), { recursive: true });
    hosts.a = await hosts.a.restarted();
    expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  });

  test('lets a guest stand still that somebody has paused since it came here', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const listening = await prepare(hosts, plan);
    const armed = arm(hosts, plan);
    await copyMemory(hosts, plan, listening);
    await Promise.all(Object.values(armed));
    await hosts.b.pauseMachine(hosts.vm);
    hosts.b = await hosts.b.restarted();
    // As by a worker that has not heard that it is online.
    await bringOnline(hosts.b, plan, {}, unwatched);
    expect(await hosts.b.byHand(hosts.vm, 'query-status', {})).toMatchObject({ status: 'paused' });
  });
});

test('a note of a VM that a loss of power has cut off keeps no agent from coming back', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const folder = join(hosts.image, '../../host-a', `cut-off-${randomUUID().slice(0, 8)}`);
  await mkdir(folder);
  await writeFile(join(folder, 'machine.json'), '');
  hosts.a = await hosts.a.restarted();
  expect(hosts.a.hypervisor.list()).toEqual([hosts.vm]);
});
