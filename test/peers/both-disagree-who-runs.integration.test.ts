import { ownerOf } from '@ferry/domain';
import { planFaults } from '@ferry/qmp/simulator';
import { expect, test } from 'vitest';
import { hostReport } from '../../apps/agent/src/reporting/host-report.ts';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

const about = { version: 'test', migrationAddress: '127.0.0.1' };

test('the last message is lost, so each side believes another end: both name one owner by the record, and only its copy runs', async () => {
  const hosts = await twoHostsUnderTest('simulator');
  const { a, b, vm } = hosts;
  planFaults(hosts.image, { faults: [{ side: 'destination', at: 'answer', do: 'lose-answer' }] });
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await expect(armed.state).rejects.toMatchObject({ code: 'TRANSFER_FAILED' });

  // The destination has all of it and could run; the source has resumed by itself.
  expect(await b.hypervisor.destination.inspect(vm)).toBe('settled');
  const reports = await Promise.all([a, b].map((host) => hostReport(host, about)));
  const copies = reports.flatMap(({ virtualMachines }) => virtualMachines);
  expect(copies).toMatchObject([
    { status: 'running', owner: 'host-a', generation: 1 },
    { status: 'settled', owner: 'host-a', generation: 1 },
  ]);
  // The destination's agent starts anew, and still does not believe its own copy.
  hosts.b = await b.restarted();
  expect(await hosts.b.hypervisor.destination.inspect(vm)).toBe('settled');
  expect(ownerOf(await hosts.b.witness.read(vm))).toBe('host-a');
});
