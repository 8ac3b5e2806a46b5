import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectDestination } from '../../apps/agent/src/phases/inspect-destination.ts';
import { inspectSource } from '../../apps/agent/src/phases/inspect-source.ts';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { twoHostsUnderTest, unwatched } from '../setup/two-hosts-under-test.ts';

test('a half-built copy that an abandoned migration left is no obstacle to the next, even where nobody knows any more whose it was', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const { vm } = hosts;
  await prepare(hosts, hosts.plan());
  await hosts.b.close();
  // The host has lost what it knew of the migration.
  const folder = join(dirname(dirname(dirname(hosts.handle))), 'host-b');
  await rm(join(folder, '.journal'), { recursive: true });
  hosts.b = await hosts.b.restarted();
  expect(await hosts.b.hypervisor.destination.inspect(vm)).toBe('receiving');

  const next = hosts.plan();
  const { configuration, host: source } = await inspectSource(hosts.a, next, {}, unwatched);
  if (configuration === null) throw new Error('no configuration');
  const { findings } = await inspectDestination(hosts.b, next, { configuration, source }, unwatched);
  expect(findings).toEqual([]);
  const listening = await prepare(hosts, next);
  const armed = arm(hosts, next);
  await copyMemory(hosts, next, listening);
  await Promise.all(Object.values(armed));
  expect(await hosts.b.hypervisor.status(vm)).toBe('running');
});
