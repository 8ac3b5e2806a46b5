import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { discard } from '../deeds/discard.ts';
import { forgetStreamKey } from '../deeds/forget-stream-key.ts';
import { withdraw } from '../deeds/withdraw.ts';
import { transferConfiguration } from '../phases/transfer-configuration.ts';
import type { HostUnderTest } from '../testing/host-under-test.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

let hosts: TwoHosts;
afterEach(() => hosts.close());

/** What of any secret lies on the two hosts' disks. */
async function secretFiles(): Promise<string[]> {
  const root = dirname(dirname(hosts.image));
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => name.endsWith('keys.psk') || /\.stream-keys\/./.test(name));
}

async function expectNoSecret(host: HostUnderTest): Promise<void> {
  await expect.poll(secretFiles, { timeout: 5_000 }).toEqual([]);
  await expect(host.takeKey(hosts.vm)).resolves.toBe(false);
}

const next = { epoch: 2 };

describe.each(Object.entries(HYPERVISORS))('on %s no secret is left', (_, program) => {
  test('of a migration that has completed', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const listening = await prepare(hosts, plan);
    expect(await secretFiles()).toHaveLength(2);
    const armed = arm(hosts, plan);
    await copyMemory(hosts, plan, listening);
    await Promise.all(Object.values(armed));
    await expectNoSecret(hosts.b);
  });

  test('of one that was called off before it began, not even by an attempt that comes late', async () => {
    hosts = await twoHosts(program);
    const { a, b } = hosts;
    const plan = hosts.plan();
    await prepare(hosts, plan);
    await Promise.all([forgetStreamKey(a, { ...plan, ...next }), discard(b, { ...plan, ...next })]);
    await expect(transferConfiguration(a, plan, {}, unwatched)).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await expectNoSecret(a);
  });

  test('of one that was called off while memory moved', async () => {
    hosts = await twoHosts(program);
    const { a, b, vm } = hosts;
    const plan = hosts.plan({ bandwidthBytesPerSecond: 1024 ** 2 });
    const listening = await prepare(hosts, plan);
    arm(hosts, plan);
    copyMemory(hosts, plan, listening).catch(() => undefined);
    await a.hypervisor.source.reach(vm, ['copying'], AbortSignal.timeout(10_000));
    await withdraw(a, { ...plan, ...next }, { reason: 'a test' });
    await discard(b, { ...plan, ...next });
    await expectNoSecret(a);
  });

  test('where the agent died before it could remove it', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    await prepare(hosts, plan);
    // As it is while QEMU is told.
    await writeFile(join(dirname(dirname(hosts.image)), 'host-a', hosts.vm, 'keys.psk'), 'ferry:00\n');
    await forgetStreamKey(hosts.a, { ...plan, ...next });
    await discard(hosts.b, { ...plan, ...next });
    hosts.a = await hosts.a.restarted();
    await expectNoSecret(hosts.a);
  });
});

describe.each(Object.entries(HYPERVISORS))('on %s', (_, program) => {
  test('agents that die between their offer and the transfer go on with the same keys', async () => {
    hosts = await twoHosts(program);
    const plan = hosts.plan();
    const before = await prepare(hosts, plan);
    hosts.a = await hosts.a.restarted();
    hosts.b = await hosts.b.restarted();
    const listening = await prepare(hosts, plan);
    expect(listening).toEqual(before);
    const armed = arm(hosts, plan);
    await copyMemory(hosts, plan, listening);
    await Promise.all(Object.values(armed));
    await expectNoSecret(hosts.b);
  });
});
