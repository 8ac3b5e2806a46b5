import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationPlan } from '@ferry/domain';
import { planFaults } from '@ferry/qmp/simulator';
import { afterEach, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { assign } from './assign.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { startVirtualMachine } from './start-virtual-machine.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

const ada = { by: 'ada', reason: 'host-a is switched off' };

/** The same, decided by what the host says now. */
async function word(host: TwoHosts['a'], plan: MigrationPlan) {
  const { record } = await gatherEvidence(host, plan);
  return { ...ada, heard: record === 'unreachable' ? null : (record?.generation ?? 0) };
}

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** The whole of host-a is lost when the destination has the state, and the record still says that the guest is host-a's. */
async function sourceLost({ paused = false } = {}) {
  hosts = await twoHosts(HYPERVISORS.simulator);
  if (paused) await hosts.a.pauseMachine(hosts.vm);
  planFaults(hosts.image, { faults: [{ side: 'destination', at: 'answer', do: 'stall' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  for (const phase of Object.values(arm(hosts, plan))) phase.catch(() => undefined);
  copyMemory(hosts, plan, listening).catch(() => undefined);
  await hosts.b.hypervisor.destination.settled(hosts.vm, AbortSignal.timeout(10_000));
  // The workflow has superseded what was armed, and waits for a host that will not answer.
  const next = { ...plan, epoch: 2 };
  await hosts.b.sessions.of(hosts.vm).enter(next);
  const machine = join(hosts.image, '../../host-a', hosts.vm);
  await hosts.a.close();
  hosts.a.killMachine(hosts.vm);
  planFaults(hosts.image, { faults: [] });
  return { plan: next, machine };
}

test('the source’s host is lost when the state is complete: on a person’s word the destination runs, and the old copy never again', async () => {
  const { plan, machine } = await sourceLost();
  expect(await gatherEvidence(hosts.b, plan)).toMatchObject({
    ...{ host: 'host-b', copy: 'settled' },
    journal: expect.arrayContaining([expect.objectContaining({ name: 'destination-created' })]) as unknown,
  });
  const heard = await word(hosts.b, plan);
  const assigned = await assign(hosts.b, plan, heard);
  expect(assigned).toMatchObject({ runs: true });
  expect(await assign(hosts.b, plan, heard)).toEqual(assigned);
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'assigned', host: 'host-b', ...ada });

  hosts.a = await hosts.a.restarted();
  expect(hosts.a.hypervisor.list()).toEqual([]);
  expect(await readdir(machine).catch(() => 'gone')).toBe('gone');
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'assigned', host: 'host-b' });
});

test('a guest that was paused is given to the destination as it was: a person’s word starts no CPUs that a person has stopped', async () => {
  const { plan } = await sourceLost({ paused: true });
  expect(await assign(hosts.b, plan, await word(hosts.b, plan))).toMatchObject({ runs: true });
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'assigned', host: 'host-b' });
  expect(await hosts.b.hypervisor.status(hosts.vm)).not.toBe('running');
});

test('given back to a source that has no copy any more, the guest has ended, and can be started again', async () => {
  const { plan } = await sourceLost();
  hosts.a = await hosts.a.restarted();
  expect(await assign(hosts.a, plan, await word(hosts.a, plan))).toMatchObject({ runs: false });
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', host: 'host-a' });
  await startVirtualMachine(hosts.a, { definition: hosts.definition, savedState: null });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
});

test('a word that comes late, when the record is no more as it was heard, is not obeyed', async () => {
  const { plan } = await sourceLost();
  await expect(assign(hosts.b, plan, { ...ada, heard: 0 })).rejects.toMatchObject({ code: 'NOTHING_TO_ASSIGN' });
  expect(await hosts.b.witness.read(hosts.vm)).not.toMatchObject({ kind: 'assigned' });
  expect(await hosts.b.hypervisor.status(hosts.vm)).not.toBe('running');
});

test('a destination that has less than the whole state is refused, and nothing is written', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const plan = hosts.plan();
  await prepare(hosts, plan);
  await expect(assign(hosts.b, { ...plan, epoch: 2 }, await word(hosts.b, plan))).rejects.toMatchObject({
    code: 'NOTHING_TO_ASSIGN',
  });
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'held', host: 'host-a' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
});
