import { preflightReport } from '@ferry/contracts/http';
import { FakeApi } from '@ferry/client/fake-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFerry } from '../run-ferry.ts';

const missing = {
  code: 'NETWORK_MISSING',
  severity: 'error',
  title: 'A virtual network of the VM does not exist at the destination',
  facts: 'There is no network lan here.',
  remedy: 'Create the network there under the same name.',
} as const;
const REPORT = preflightReport.parse({
  vm: 'web-1',
  source: { host: 'host-a', findings: [] },
  destinations: [
    { host: 'host-b', possible: true, findings: [] },
    { host: 'host-c', possible: false, findings: [missing] },
  ],
});
const ROUTE = 'POST /virtual-machines/web-1/preflight';

describe('ferry preflight', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
    api.answers(ROUTE, REPORT);
  });
  afterEach(() => api.stop());

  it('says of every host whether it could take the VM, and why not, with the remedy', async () => {
    const { stdout, exitCode } = await runFerry(api, ['preflight', 'web-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('host-b ✓ could take it\n');
    expect(stdout).toContain(
      `host-c ✗ could not take it\n  error NETWORK_MISSING: ${missing.title}.\n    ${missing.facts}\n    ${missing.remedy}`,
    );
    expect(api.requests.at(-1)?.body).toEqual({ destinations: null });
    expect(JSON.parse((await runFerry(api, ['preflight', 'web-1', '--json'])).stdout)).toEqual(REPORT);
  });

  it('fails where one of the hosts that are named could not take it, and where none could', async () => {
    expect((await runFerry(api, ['preflight', 'web-1', '--to', 'host-b', 'host-c'])).exitCode).toBe(4);
    expect(api.requests.at(-1)?.body).toEqual({ destinations: ['host-b', 'host-c'] });
    api.answers(ROUTE, { ...REPORT, destinations: REPORT.destinations.slice(1) });
    expect((await runFerry(api, ['preflight', 'web-1'])).exitCode).toBe(4);
  });

  it('says of all VMs in a line each where they could go, and why not elsewhere', async () => {
    const many = Array.from({ length: 6 }, (_, at) => ({ host: `host-${at}`, possible: at > 0, findings: [] }));
    const short = { ...missing, code: 'MEMORY_SHORT' };
    const stuck = { ...REPORT, vm: 'db-1', destinations: [{ host: 'host-b', possible: false, findings: [short] }] };
    const roaming = { ...REPORT, vm: 'web-2', destinations: many };
    api.answers('POST /preflight', { virtualMachines: [stuck, REPORT, roaming] });
    const { stdout, exitCode } = await runFerry(api, ['preflight', '--all']);
    expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      'VM ON COULD GO TO WHY NOT ELSEWHERE',
      'db-1 host-a nowhere MEMORY_SHORT: host-b',
      'web-1 host-a host-b NETWORK_MISSING: host-c',
      'web-2 host-a 5 of 6 hosts',
      '',
    ]);
    expect(exitCode).toBe(4);
    expect(api.requests.at(-1)?.body).toEqual({ destinations: null });
  });

  it('wants a VM or all of them, and asks nothing else', async () => {
    for (const args of [[], ['web-1', '--all']]) expect((await runFerry(api, ['preflight', ...args])).exitCode).toBe(2);
    expect(api.requests).toEqual([]);
  });
});
