import { expect, onTestFinished, test, vi } from 'vitest';
import { releaseToNobody } from '../setup/release-to-nobody.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

test('the source’s clock is set back by an hour in the blackout, and its agent is new: it takes its guest back after the policy’s time all the same', async () => {
  const hosts = await twoHostsUnderTest('simulator');
  await releaseToNobody(hosts, hosts.plan({ blackoutLimitMs: 1_000 }));
  await hosts.a.close();
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now - 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());

  hosts.a = await hosts.a.restarted();
  expect(await hosts.a.hypervisor.status(hosts.vm)).toBe('running');
  expect(await hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'reclaimed', host: 'host-a' });
}, 20_000);
