import { ownerOf, type MigrationPlan } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { withdraw } from '../deeds/withdraw.ts';
import { HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';
import { rehearseMemory } from './rehearse-memory.ts';

// Machines are started, and copied for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

const heldBack = (): MigrationPlan => ({ ...hosts.plan(), gate: 'shut' });

async function expectUntouched(plan: MigrationPlan, generation: number | undefined): Promise<void> {
  expect(await withdraw(hosts.a, plan, { reason: 'rehearsed' })).toMatchObject({ outcome: 'kept', owner: 'host-a' });
  await discard(hosts.b, plan);
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(hosts.b.hypervisor.list()).toEqual([]);
  const record = await hosts.a.witness.read(hosts.vm);
  expect([ownerOf(record), record?.generation]).toEqual(['host-a', generation]);
}

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('a rehearsal tells how a migration would go while the guest runs on, and leaves nothing; then the VM can move', async () => {
    hosts = await twoHosts(program);
    const plan = heldBack();
    const before = await hosts.a.witness.read(hosts.vm);
    const stops = hosts.a.hypervisor.source.stoppedAt(hosts.vm);
    const figures = await rehearseMemory(hosts.a, plan, await prepare(hosts, plan), unwatched);
    expect(figures.rounds).toBeGreaterThan(1);
    expect(figures.bytesPerSecond).toBeGreaterThan(0);
    // Its firmware waits for nobody.
    expect(figures.forecast?.downtimeMs).toBeLessThan(plan.policy.downtimeLimitMs);
    expect(hosts.a.hypervisor.source.stoppedAt(hosts.vm)).toBe(stops);
    await expectUntouched({ ...plan, epoch: 2 }, before?.generation);
    await prepare(hosts, hosts.plan());
  });

  test('a rehearsal goes on where it was when the source’s agent was restarted', async () => {
    hosts = await twoHosts(program);
    const plan = heldBack();
    const before = await hosts.a.witness.read(hosts.vm);
    const listening = await prepare(hosts, plan);
    const dying = rehearseMemory(hosts.a, plan, listening, unwatched);
    dying.catch(() => undefined);
    await hosts.a.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    hosts.a = await hosts.a.restarted();
    expect((await rehearseMemory(hosts.a, plan, listening, unwatched)).rounds).toBeGreaterThan(1);
    await expectUntouched({ ...plan, epoch: 2 }, before?.generation);
  });
});

test.each(['plain-text', 'encrypted'] as const)(
  'in %s, a rehearsal goes on also where its hypervisor could not be looked at when the source’s agent came back',
  async (stream) => {
    hosts = await twoHosts(HYPERVISORS.QEMU);
    const plan: MigrationPlan = { ...hosts.plan({ stream }), gate: 'shut' };
    const listening = await prepare(hosts, plan);
    const dying = expect(rehearseMemory(hosts.a, plan, listening, unwatched)).rejects.toThrow();
    const before = hosts.a;
    const wasSeen = stream === 'encrypted' ? 'set-up-over' : 'transfer-started';
    await expect.poll(() => before.sessions.of(hosts.vm).current?.journal.last(wasSeen)).toBeTruthy();
    await before.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    before.freezeMachine(hosts.vm);
    hosts.a = await before.restarted();
    before.thawMachine(hosts.vm);
    await dying;
    expect((await rehearseMemory(hosts.a, plan, listening, unwatched)).rounds).toBeGreaterThan(1);
  },
);

test('nothing is rehearsed with an open gate', async () => {
  hosts = await twoHosts(HYPERVISORS.simulator);
  const plan = hosts.plan();
  await expect(rehearseMemory(hosts.a, plan, { uri: '', streamKey: null }, unwatched)).rejects.toMatchObject({
    code: 'INTERNAL',
  });
});
