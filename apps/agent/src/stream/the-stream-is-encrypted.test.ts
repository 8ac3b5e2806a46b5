import type { Listening } from '@ferry/contracts';
import type { MigrationPolicy } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, type TwoHosts } from '../testing/two-hosts.ts';
import { wiretap } from '../testing/wiretap.ts';
import { StreamKey } from './stream-key.ts';

/** What a guest without a system has in its memory, and how the simulator says that memory follows. */
const MEMORY = { QEMU: 'SeaBIOS', simulator: '"kind":"pages"' } as const;

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** Moves the VM, if it can be; answers what who listens on the way has heard. */
async function overhear(policy: Partial<MigrationPolicy>, forge: (listening: Listening) => Listening = (as) => as) {
  const plan = hosts.plan(policy);
  const listening = forge(await prepare(hosts, plan));
  const tap = await wiretap(listening.uri);
  const armed = arm(hosts, plan);
  const moved = copyMemory(hosts, plan, { ...listening, uri: tap.uri }).then(() => Promise.all(Object.values(armed)));
  const failure = await moved.then(
    () => null,
    (error: unknown) => error,
  );
  return { failure, heard: tap.heard() };
}

describe.each(Object.entries(HYPERVISORS))('on %s', (name, program) => {
  const memory = MEMORY[name as keyof typeof MEMORY];

  test('who listens on the link reads nothing of the guest', async () => {
    hosts = await twoHosts(program);
    const { failure, heard } = await overhear({});
    expect(failure).toBeNull();
    expect(heard.length).toBeGreaterThan(100);
    expect(heard.includes(memory)).toBe(false);
  });

  test('in plain text, which the policy has to ask for, who listens reads all of it', async () => {
    hosts = await twoHosts(program);
    const { failure, heard } = await overhear({ stream: 'plain-text' });
    expect(failure).toBeNull();
    expect(heard.includes(memory)).toBe(true);
  });

  test.each([
    ['a wrong key', StreamKey.make().public, 'STREAM_REFUSED'],
    ['a key that is none', 'nonsense', 'STREAM_KEY_MISSING'],
    ['no key', null, 'STREAM_KEY_MISSING'],
  ])('with %s not one byte gets through, and the guest runs on where it was', async (_, streamKey, code) => {
    hosts = await twoHosts(program);
    const { a, b, vm } = hosts;
    const { failure, heard } = await overhear({}, (listening) => ({ ...listening, streamKey }));
    expect(failure).toMatchObject({ code });
    expect(heard.includes(memory)).toBe(false);
    expect(await a.hypervisor.source.inspect(vm)).toBe('running');
    // Somebody without the key does not end what waits for who has it.
    expect(await b.hypervisor.destination.inspect(vm)).toBe('receiving');
  });

  test('a source that would send in plain text is not listened to', async () => {
    hosts = await twoHosts(program);
    const { a, b, vm } = hosts;
    // Whoever has sent all there is before the other end has looked at it, hears no more of that.
    const plan = hosts.plan({ bandwidthBytesPerSecond: 32 * 1024, downtimeLimitMs: 1 });
    const { uri } = await prepare(hosts, plan);
    const policy = { ...plan.policy, stream: 'plain-text' } as const;
    await a.hypervisor.source.start(vm, { ...plan, uri, policy, secret: null });
    await a.hypervisor.source.reach(vm, ['failed'], AbortSignal.timeout(10_000));
    expect(await b.hypervisor.destination.inspect(vm)).toBe('receiving');
  });

  test('a hypervisor that was given no key sends nothing, though it was told to', async () => {
    hosts = await twoHosts(program);
    const { a, vm } = hosts;
    const plan = hosts.plan();
    const tap = await wiretap((await prepare(hosts, plan)).uri);
    const started = a.hypervisor.source.start(vm, { ...plan, uri: tap.uri, secret: null });
    await started.catch(() => undefined);
    await a.hypervisor.source.reach(vm, ['failed', 'idle'], AbortSignal.timeout(10_000));
    expect(tap.heard()).toHaveLength(0);
  });
});

// QEMU stands still while it shakes hands.
test.each(['the same agent', 'an agent that comes after it'])(
  'a destination that says nothing does not hold the guest up for long: %s breaks it off',
  async (who) => {
    hosts = await twoHosts(HYPERVISORS.QEMU);
    const plan = hosts.plan();
    const listening = await prepare(hosts, plan);
    hosts.b.freezeMachine(hosts.vm);
    const memory = copyMemory(hosts, plan, listening);
    memory.catch(() => undefined);
    await hosts.a.hypervisor.source.reach(hosts.vm, ['copying'], AbortSignal.timeout(10_000));
    if (who !== 'the same agent') hosts.a = await hosts.a.restarted();
    else await expect(memory).rejects.toMatchObject({ code: 'STREAM_REFUSED' });
    await expect.poll(() => hosts.a.hypervisor.status(hosts.vm), { timeout: 20_000 }).toBe('running');
    hosts.b.killMachine(hosts.vm);
  },
);
