import { planFaults, type Fault } from '@ferry/qmp/simulator';
import { expect, test } from 'vitest';
import { discard } from '../../apps/agent/src/deeds/discard.ts';
import { withdraw } from '../../apps/agent/src/deeds/withdraw.ts';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

const FAULTS: readonly Fault[] = [
  { side: 'source', at: 'pre-switchover', do: 'fail' },
  { side: 'source', at: 'device', do: 'fail' },
  { side: 'source', at: 'device', do: 'cut-link' },
  { side: 'source', at: 'answer', do: 'fail' },
  { side: 'destination', at: 'device', do: 'die' },
  { side: 'destination', at: 'device', do: 'stall' },
  { side: 'destination', at: 'answer', do: 'stall' },
  { side: 'destination', at: 'answer', do: 'die' },
];

test.each(FAULTS)('failed with the CPUs stopped ($side, $at, $do), the guest runs on at the source', async (fault) => {
  const hosts = await twoHostsUnderTest('simulator');
  const { vm } = hosts;
  planFaults(hosts.image, { faults: [fault] });
  const plan = hosts.plan({ downtimeLimitMs: 50, blackoutLimitMs: 200 });
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  copyMemory(hosts, plan, listening).catch(() => undefined);
  await expect(armed.state).rejects.toMatchObject({ name: 'FerryError' });

  const next = { ...plan, epoch: 2 };
  expect(await withdraw(hosts.a, next, { reason: 'it failed' })).toMatchObject({ outcome: 'kept', owner: 'host-a' });
  expect(await hosts.a.hypervisor.status(vm)).toBe('running');
  expect(await discard(hosts.b, next)).toMatchObject({ discarded: true });
});
