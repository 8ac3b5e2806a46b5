import {
  CONTROL_PLANE_QUEUE,
  preflightId,
  WORKFLOWS,
  type PreflightInput,
  type PreflightReport,
} from '@ferry/contracts';
import { finding } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { SOURCE_FACTS, StandInHosts } from './stand-in-hosts.ts';

const now = new Date().toISOString();
const report = { host: 'host-b', attempts: 1, startedAt: now, finishedAt: now };
const missing = finding('NETWORK_MISSING', 'host-b', 'There is no network lan here.');

async function ask(hosts: StandInHosts, destinations: string[]): Promise<PreflightReport> {
  return hosts.client.workflow.execute<(input: PreflightInput) => Promise<PreflightReport>>(WORKFLOWS.preflight, {
    taskQueue: CONTROL_PLANE_QUEUE,
    workflowId: preflightId('web-1', '1'),
    args: [{ vm: 'web-1', source: 'host-a', destinations }],
  });
}

test('a host that does not answer is a finding, and keeps nobody from hearing what the others found', async () => {
  const hosts = await StandInHosts.start({
    inspectDestination: () => Promise.resolve({ ...report, result: { findings: [missing] } }),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b', 'host-away']);
  expect(source).toEqual({ host: 'host-a', findings: [] });
  expect(destinations).toMatchObject([
    { host: 'host-b', findings: [missing] },
    { host: 'host-away', findings: [{ code: 'HOST_SILENT', severity: 'error' }] },
  ]);
  const deeds = ['inspectSource', 'inspectDestination', 'listenForProbes', 'probe'];
  expect(new Set(hosts.deeds)).toEqual(new Set(deeds));
});

test('a migration address that is not reached is tried once more, and then a finding beside the others', async () => {
  const unreached = finding('MIGRATION_ADDRESS_UNREACHABLE', 'host-a', 'From host-a to 10.0.0.2:1: no answer.');
  const hosts = await StandInHosts.start({
    inspectDestination: () => Promise.resolve({ ...report, result: { findings: [missing] } }),
    probe: () => Promise.resolve([unreached]),
  });
  onTestFinished(() => hosts.stop());
  expect((await ask(hosts, ['host-b'])).destinations).toEqual([{ host: 'host-b', findings: [missing, unreached] }]);
  expect(hosts.deeds.filter((deed) => deed === 'listenForProbes')).toHaveLength(2);
  await expect((await hosts.migrate()).result()).resolves.toMatchObject({
    failure: { code: 'PREFLIGHT_FAILED', detail: expect.stringContaining(unreached.code) as string },
  });
  expect(hosts.deeds).not.toContain('createDestination');
});

test('without the VM’s configuration no destination passes for one that was checked', async () => {
  const gone = finding('VM_NOT_RUNNING_HERE', 'host-a', 'The copy of web-1 here is absent.');
  const hosts = await StandInHosts.start({
    inspectSource: () =>
      Promise.resolve({
        ...report,
        result: { findings: [gone], configuration: null, host: SOURCE_FACTS },
      }),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b']);
  expect(source.findings).toEqual([gone]);
  expect(destinations).toMatchObject([{ host: 'host-b', findings: [{ code: 'CHECK_FAILED', severity: 'error' }] }]);
});
