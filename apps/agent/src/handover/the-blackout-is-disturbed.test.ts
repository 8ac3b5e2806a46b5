import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FerryError } from '@ferry/domain';
import { planFaults } from '@ferry/qmp/simulator';
import { afterEach, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { withdraw } from '../deeds/withdraw.ts';
import { bringOnline } from '../phases/bring-online.ts';
import { transferState } from '../phases/transfer-state.ts';
import { transferStorage } from '../phases/transfer-storage.ts';
import { retireSource } from '../phases/retire-source.ts';
import { hostUnderTest } from '../testing/host-under-test.ts';
import { behindDoors } from '../testing/handovers/behind-doors.ts';
import { Doors } from '../testing/handovers/doors.ts';
import { adopt } from './adopt.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** Moves a VM whose destination's agent is away, until the source has released it. */
async function releasedToNobody(program: string, blackoutLimitMs: number) {
  hosts = await twoHosts(program);
  const plan = hosts.plan({ blackoutLimitMs });
  const listening = await prepare(hosts, plan);
  await hosts.b.close();
  const state = transferState(hosts.a, plan, {}, unwatched);
  const retired = retireSource(hosts.a, plan, {}, unwatched);
  const memory = copyMemory(hosts, plan, listening);
  for (const phase of [state, retired, memory]) phase.catch(() => undefined);
  await expect.poll(() => hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'released' });
  return { plan, state, retired };
}

test('not started in time: the source takes its guest back, and the destination can never start it', async () => {
  const { plan, state } = await releasedToNobody(HYPERVISORS.QEMU, 200);
  await expect(state).rejects.toMatchObject({ code: 'BLACKOUT_TOO_LONG' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'reclaimed', host: 'host-a' });

  hosts.b = await hosts.b.restarted();
  const storage = transferStorage(hosts.b, plan, {}, unwatched);
  storage.catch(() => undefined);
  expect(await discard(hosts.b, { ...plan, epoch: 2 })).toMatchObject({ discarded: true });
  await expect(storage).rejects.toMatchObject({ name: 'FerryError' });
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'reclaimed' });
});

test('the destination died before it could start: it declines, and the source runs on long before the policy’s time', async () => {
  const { state } = await releasedToNobody(HYPERVISORS.QEMU, 20_000);
  hosts.b.killMachine(hosts.vm);
  hosts.b = await hosts.b.restarted();
  await expect(state).rejects.toMatchObject({ code: 'DESTINATION_DIED' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'reclaimed', generation: 4 });
});

test('both copies are gone after the release: the guest is said to have ended, and can be started again', async () => {
  const { plan, state } = await releasedToNobody(HYPERVISORS.QEMU, 1_500);
  hosts.a.killMachine(hosts.vm);
  expect(await state).toMatchObject({ generation: 2 });
  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'HOST_GONE' })).toMatchObject({ outcome: 'released', owner: null });
  hosts.b.killMachine(hosts.vm);
  hosts.b = await hosts.b.restarted();
  await expect(transferStorage(hosts.b, next, {}, unwatched)).rejects.toMatchObject({ code: 'DESTINATION_DIED' });
  const last = { ...plan, epoch: 3 };
  expect(await withdraw(hosts.a, last, { reason: 'DESTINATION_DIED' })).toMatchObject({ outcome: 'ended' });
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', host: 'host-a' });
  await startVirtualMachine(hosts.b, { definition: hosts.definition, savedState: null });
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});

test('both copies are gone, and the handover is what finds out: nothing of the guest is left where it was', async () => {
  hosts = await twoHosts(HYPERVISORS.QEMU);
  const plan = hosts.plan({ blackoutLimitMs: 1_500 });
  const listening = await prepare(hosts, plan);
  await hosts.b.close();
  const state = transferState(hosts.a, plan, {}, unwatched);
  for (const phase of [state, copyMemory(hosts, plan, listening)]) phase.catch(() => undefined);
  await expect.poll(() => hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'released' });
  for (const host of [hosts.a, hosts.b]) host.killMachine(hosts.vm);
  await state;
  hosts.b = await hosts.b.restarted();

  const next = { ...plan, epoch: 2 };
  await expect(transferStorage(hosts.b, next, {}, unwatched)).rejects.toMatchObject({ code: 'DESTINATION_DIED' });
  const gone = { code: 'GUEST_GONE', message: expect.stringContaining('the guest has ended at host-a') as string };
  await expect(transferState(hosts.a, next, {}, unwatched)).rejects.toMatchObject(gone);
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', host: 'host-a' });
  expect(hosts.a.hypervisor.list()).toEqual([]);
});

test('the destination’s agent restarts in the blackout: it finishes the handover by itself', async () => {
  const { state, retired } = await releasedToNobody(HYPERVISORS.QEMU, 20_000);
  hosts.b = await hosts.b.restarted();
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.b.witness.read(hosts.vm)).toMatchObject({ kind: 'started', host: 'host-b' });
  await state;
  expect(await retired).toEqual({ retired: true });
});

test('the source’s agent restarts in the blackout: it waits on, and is told of the true times', async () => {
  const { plan } = await releasedToNobody(HYPERVISORS.QEMU, 5_000);
  const [, restarted] = await Promise.all([hosts.b.restarted().then((b) => (hosts.b = b)), hosts.a.restarted()]);
  hosts.a = restarted;
  const before = hosts.a.sessions.of(hosts.vm).current?.journal.last('switching-over');
  const state = await transferState(hosts.a, plan, {}, unwatched);
  expect(state.stoppedAt).toBe(before?.stoppedAt);
  expect(await retireSource(hosts.a, plan, {}, unwatched)).toEqual({ retired: true });
  expect(hosts.a.hypervisor.list()).toEqual([]);
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});

test('the source’s agent dies between the release and its word of it: once retired, the guest is no riddle', async () => {
  const { plan } = await releasedToNobody(HYPERVISORS.simulator, 5_000);
  await hosts.a.close();
  const journal = join(dirname(dirname(hosts.handle)), '../host-a/.journal', `${hosts.vm}.1.${plan.migration}.jsonl`);
  const lines = (await readFile(journal, 'utf8')).split('\n');
  await writeFile(journal, lines.filter((line) => !line.includes('"name":"released"')).join('\n'));
  const [a, b] = await Promise.all([hosts.a.restarted(), hosts.b.restarted()]);
  hosts = { ...hosts, a, b };
  expect(await retireSource(hosts.a, plan, {}, unwatched)).toEqual({ retired: true });
  hosts.a = await hosts.a.restarted();
  expect(await transferState(hosts.a, plan, {}, unwatched)).toMatchObject({ stoppedAt: expect.any(String) as string });
});

test('a guest that died with its new owner is told as such, however late it is asked for', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await armed.network;
  hosts.b.killMachine(hosts.vm);
  await expect.poll(() => hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'stopped', host: 'host-b' });
  const late = transferStorage(hosts.b, { ...plan, epoch: 2 }, {}, unwatched);
  await expect(late).rejects.toMatchObject({ code: 'GUEST_GONE' });
});

test('the witness fails just as the handover is armed: that costs an attempt, and not the agent', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const fails = (door: string) =>
    door === 'witness.prepare'
      ? Promise.reject(new FerryError('WITNESS_UNREACHABLE', 'it fails just then'))
      : Promise.resolve();
  const failing = behindDoors(hosts.a, new Doors(fails));
  // Nobody waits for `ready` here, and an error that nobody hears would end the process.
  await expect(retireSource(failing, plan, {}, unwatched)).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  expect(await armed.retired).toEqual({ retired: true });
});

test('an agent that comes back just as the source takes the guest back comes up all the same, and hears that its copy goes', async () => {
  const { plan, state } = await releasedToNobody(HYPERVISORS.simulator, 1_000);
  state.catch(() => undefined);
  // The source's patience is as long as a poll is by itself.
  const reclaimed = () =>
    expect.poll(() => hosts.a.witness.read(hosts.vm), { timeout: 10_000 }).toMatchObject({ kind: 'reclaimed' });
  const tooLate = (door: string) => (door === 'witness.append' ? reclaimed() : Promise.resolve());
  hosts.b = await hostUnderTest(join(hosts.image, '../..'), 'host-b', HYPERVISORS.simulator);
  expect(await hosts.b.hypervisor.adopt()).toEqual([hosts.vm]);
  await adopt(behindDoors(hosts.b, new Doors(tooLate)), hosts.vm);
  expect(await discard(hosts.b, { ...plan, epoch: 2 })).toMatchObject({ discarded: true });
});

test('withdrawn after the release, the guest is taken back if it is not started yet', async () => {
  const { plan } = await releasedToNobody(HYPERVISORS.QEMU, 20_000);
  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'cancelled' })).toMatchObject({ outcome: 'kept', owner: 'host-a' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  hosts.b = await hosts.b.restarted();
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });
});

test('the answer is lost in the last moment: the source runs on, and the whole copy at the destination never starts', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  planFaults(hosts.image, { faults: [{ side: 'destination', at: 'answer', do: 'lose-answer' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await expect(armed.state).rejects.toMatchObject({ code: 'TRANSFER_FAILED' });
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.b.hypervisor.destination.inspect(hosts.vm)).toBe('settled');
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'held', host: 'host-a' });

  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'TRANSFER_FAILED' })).toMatchObject({ outcome: 'kept' });
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });
  await expect(armed.storage).rejects.toMatchObject({ name: 'FerryError' });
});

test('the source dies when its state is complete and not yet released: nothing is lost', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const { a, b, vm } = hosts;
  planFaults(hosts.image, { faults: [{ side: 'destination', at: 'answer', do: 'stall' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  await b.hypervisor.destination.settled(vm, AbortSignal.timeout(10_000));
  a.killMachine(vm);
  expect((await armed.state).generation).toBe(2);
  await memory;
  planFaults(hosts.image, { faults: [] });
  await armed.online;
  expect(await b.hypervisor.status(vm)).toBe('running');
  expect(await a.witness.read(vm)).toMatchObject({ kind: 'started', host: 'host-b' });
});

test('once started, the destination is neither discarded nor taken back', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await armed.network;
  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'late' })).toMatchObject({ outcome: 'moved', owner: 'host-b' });
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: false });
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});

test('the witness is away in the blackout: the workflow is told what is missing, and the guest moves when it is back', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  planFaults(hosts.image, { faults: [{ side: 'source', at: 'pre-switchover', do: 'stall' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  const memory = copyMemory(hosts, plan, listening);
  // Where its copy is whole by then, the destination misses the record too, and is asked again.
  armed.online.catch(() => undefined);
  await hosts.a.hypervisor.source.reach(hosts.vm, ['held'], AbortSignal.timeout(10_000));
  await rename(hosts.handle, `${hosts.handle}-away`);
  planFaults(hosts.image, { faults: [] });
  await expect(armed.state).rejects.toMatchObject({ code: 'WITNESS_UNREACHABLE' });
  await rename(`${hosts.handle}-away`, hosts.handle);
  await memory;
  expect(await transferState(hosts.a, plan, {}, unwatched)).toMatchObject({ generation: 2 });
  await bringOnline(hosts.b, plan, {}, unwatched);
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
});
