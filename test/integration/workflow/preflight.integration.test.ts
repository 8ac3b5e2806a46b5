import {
  CONTROL_PLANE_QUEUE,
  preflightId,
  WORKFLOWS,
  type PreflightInput,
  type PreflightReport,
} from '@ferry/contracts';
import { finding } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { PROBE_TARGET, SOURCE_FACTS, StandInHosts } from './stand-in-hosts.ts';

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
    secondVisit: ({ targets }) => Promise.resolve({ arrivals: [[missing]], targets: targets.map(() => []) }),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b', 'host-away']);
  expect(source).toEqual({ host: 'host-a', findings: [] });
  expect(destinations).toMatchObject([
    { host: 'host-b', findings: [missing] },
    { host: 'host-away', findings: [{ code: 'HOST_SILENT', severity: 'error' }] },
  ]);
});

test('a host that falls silent between the visits is a finding', async () => {
  const hosts = await StandInHosts.start({ secondVisit: () => Promise.reject(new Error('gone')) });
  onTestFinished(() => hosts.stop());
  expect((await ask(hosts, ['host-b'])).destinations).toMatchObject([
    { host: 'host-b', findings: [{ code: 'HOST_SILENT', host: 'host-b' }] },
  ]);
});

test('a migration address that is not reached is tried once more, and then a finding beside the others', async () => {
  const unreached = finding('MIGRATION_ADDRESS_UNREACHABLE', 'host-a', 'From host-a to 10.0.0.2:1: no answer.');
  const hosts = await StandInHosts.start({
    secondVisit: ({ arrivals, targets }) =>
      Promise.resolve({ arrivals: arrivals.map(() => [missing]), targets: targets.map(() => [unreached]) }),
    probe: ({ targets }) => Promise.resolve(targets.map(() => [unreached])),
  });
  onTestFinished(() => hosts.stop());
  expect((await ask(hosts, ['host-b'])).destinations).toEqual([{ host: 'host-b', findings: [missing, unreached] }]);
  // To host-a for its VM, to host-b to listen; each compares or probes; then host-b listens and host-a probes again.
  expect(hosts.deeds).toEqual(['firstVisit', 'firstVisit', 'secondVisit', 'secondVisit', 'firstVisit', 'secondVisit']);
  await expect((await hosts.migrate()).result()).resolves.toMatchObject({
    failure: { code: 'PREFLIGHT_FAILED', detail: expect.stringContaining(unreached.code) as string },
  });
  expect(hosts.deeds.filter((deed) => deed === 'listenForProbes')).toHaveLength(2);
  expect(hosts.deeds).not.toContain('createDestination');
});

test('a migration address that is reached the second time is no finding', async () => {
  const unreached = finding('MIGRATION_ADDRESS_UNREACHABLE', 'host-a', 'From host-a to 10.0.0.2:1: no answer.');
  let tried = 0;
  const hosts = await StandInHosts.start({
    secondVisit: ({ arrivals, targets }) => {
      const found = targets.map(() => ((tried += 1) === 1 ? [unreached] : []));
      return Promise.resolve({ arrivals: arrivals.map(() => [missing]), targets: found });
    },
  });
  onTestFinished(() => hosts.stop());
  expect((await ask(hosts, ['host-b'])).destinations).toEqual([{ host: 'host-b', findings: [missing] }]);
});

test('without the VM’s configuration no destination passes for one that was checked', async () => {
  const gone = finding('VM_NOT_RUNNING_HERE', 'host-a', 'The copy of web-1 here is absent.');
  const hosts = await StandInHosts.start({
    firstVisit: ({ vms }) =>
      Promise.resolve({
        inspections: vms.map(() => ({ findings: [gone], configuration: null, host: SOURCE_FACTS })),
        listened: { target: PROBE_TARGET },
      }),
  });
  onTestFinished(() => hosts.stop());
  const { source, destinations } = await ask(hosts, ['host-b']);
  expect(source.findings).toEqual([gone]);
  expect(destinations).toMatchObject([{ host: 'host-b', findings: [{ code: 'CHECK_FAILED', severity: 'error' }] }]);
});

test('asked about many VMs, each host is visited twice, and never about its own VMs', async () => {
  const visits: string[][] = [];
  const hosts = await StandInHosts.start({
    firstVisit: ({ vms }) => {
      const host = vms.includes('web-1') ? 'host-a' : 'host-b';
      const answer = { findings: [], configuration: { definition: {} } as never, host: { ...SOURCE_FACTS, host } };
      return Promise.resolve({ inspections: vms.map(() => answer), listened: { target: { ...PROBE_TARGET, host } } });
    },
    secondVisit: ({ arrivals, targets }) => {
      visits.push(arrivals.map(({ source }) => source.host));
      const found = arrivals.map(({ source }) => [{ ...missing, facts: `From ${source.host}.` }]);
      return Promise.resolve({ arrivals: found, targets: targets.map(() => []) });
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
  expect(hosts.deeds.toSorted()).toEqual(['firstVisit', 'firstVisit', 'secondVisit', 'secondVisit']);
});
