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

const missing = finding('NETWORK_MISSING', 'host-b', 'There is no network lan here.');

async function askFor(hosts: StandInHosts, input: PreflightInput): Promise<PreflightReport[]> {
  return hosts.client.workflow.execute<(input: PreflightInput) => Promise<PreflightReport[]>>(WORKFLOWS.preflight, {
    taskQueue: CONTROL_PLANE_QUEUE,
    workflowId: preflightId('1'),
    args: [input],
  });
}

async function ask(hosts: StandInHosts, destinations: string[]): Promise<PreflightReport> {
  const [report] = await askFor(hosts, { machines: [{ vm: 'web-1', source: 'host-a' }], destinations });
  if (report === undefined) throw new Error('nothing was reported');
  return report;
}

test('a host that does not answer is a finding, and keeps nobody from hearing what the others found', async () => {
  const hosts = await StandInHosts.start({
    inspectDestinations: () => Promise.resolve([[missing]]),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b', 'host-away']);
  expect(source).toEqual({ host: 'host-a', findings: [] });
  expect(destinations).toMatchObject([
    { host: 'host-b', findings: [missing] },
    { host: 'host-away', findings: [{ code: 'HOST_SILENT', severity: 'error' }] },
  ]);
  const deeds = ['inspectSources', 'inspectDestinations', 'listenForProbes', 'probe'];
  expect(new Set(hosts.deeds)).toEqual(new Set(deeds));
});

test('a migration address that is not reached is tried once more, and then a finding beside the others', async () => {
  const unreached = finding('MIGRATION_ADDRESS_UNREACHABLE', 'host-a', 'From host-a to 10.0.0.2:1: no answer.');
  const hosts = await StandInHosts.start({
    inspectDestinations: () => Promise.resolve([[missing]]),
    probe: ({ targets }) => Promise.resolve(targets.map(() => [unreached])),
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
    inspectSources: () => Promise.resolve([{ findings: [gone], configuration: null, host: SOURCE_FACTS }]),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b']);
  expect(source.findings).toEqual([gone]);
  expect(destinations).toMatchObject([{ host: 'host-b', findings: [{ code: 'CHECK_FAILED', severity: 'error' }] }]);
});

test('asked about many VMs, each host is visited once as a source and once as a destination, and none about its own VMs', async () => {
  const visits: string[][] = [];
  const hosts = await StandInHosts.start({
    inspectDestinations: ({ arrivals }) => {
      visits.push(arrivals.map(({ source }) => source.host));
      return Promise.resolve(arrivals.map(({ source }) => [{ ...missing, facts: `From ${source.host}.` }]));
    },
    inspectSources: ({ vms }) => {
      const host = vms.includes('web-1') ? 'host-a' : 'host-b';
      const answer = { findings: [], configuration: { definition: {} } as never, host: { ...SOURCE_FACTS, host } };
      return Promise.resolve(vms.map(() => answer));
    },
  });
  onTestFinished(() => hosts.stop());
  const machines = [
    { vm: 'web-1', source: 'host-a' },
    { vm: 'web-2', source: 'host-a' },
    { vm: 'web-3', source: 'host-b' },
  ];
  const reports = await askFor(hosts, { machines, destinations: ['host-a', 'host-b'] });
  const found = (host: string, from: string) => [{ host, findings: [{ code: missing.code, facts: `From ${from}.` }] }];
  expect(reports).toMatchObject([
    { vm: 'web-1', source: { host: 'host-a' }, destinations: found('host-b', 'host-a') },
    { vm: 'web-2', source: { host: 'host-a' }, destinations: found('host-b', 'host-a') },
    { vm: 'web-3', source: { host: 'host-b' }, destinations: found('host-a', 'host-b') },
  ]);
  expect(visits.toSorted()).toEqual([['host-a', 'host-a'], ['host-b']]);
  expect(hosts.deeds.toSorted()).toEqual(
    ['inspectDestinations', 'inspectSources', 'listenForProbes', 'probe'].flatMap((deed) => [deed, deed]),
  );
});
