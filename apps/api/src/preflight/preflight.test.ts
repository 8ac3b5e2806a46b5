import { finding } from '@ferry/domain';
import { reportOf } from '@ferry/persistence/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApi } from '../testing/open-api.ts';

const address = '/api/v1/virtual-machines/web-1/preflight';

describe('preflight', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.app.close());

  it('asks all other hosts, and tells of each whether it is possible, with every finding and its remedy', async () => {
    await api.records.hosts.report(reportOf('host-c', new Date().toISOString()), false);
    api.engine.findings.set('host-c', [finding('NETWORK_MISSING', 'host-c', 'There is no network lan here.')]);
    api.engine.findings.set('host-a', [finding('MEMORY_SIZE_UNSAFE', 'host-a', 'It has 131072 KiB.')]);
    const { status, body } = await api.ask(address, { method: 'POST' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      vm: 'web-1',
      source: { host: 'host-a', findings: [{ code: 'MEMORY_SIZE_UNSAFE', severity: 'warning' }] },
      destinations: [
        { host: 'host-b', possible: true, findings: [] },
        {
          host: 'host-c',
          possible: false,
          findings: [
            { code: 'NETWORK_MISSING', severity: 'error', remedy: expect.stringMatching(/^Create/) as string },
          ],
        },
      ],
    });
  });

  it('an error at the source stands in the way of all', async () => {
    api.engine.findings.set('host-a', [finding('HANDLE_NOT_HELD', 'host-a', 'The record says nothing.')]);
    expect((await api.ask(address, { method: 'POST' })).body).toMatchObject({ destinations: [{ possible: false }] });
  });

  it('a host that has not reported lately is found silent, and not waited for', async () => {
    api.records.registry.silence('host-b', 10_001);
    expect((await api.ask(address, { body: { destinations: ['host-b'] } })).body).toMatchObject({
      destinations: [{ host: 'host-b', possible: false, findings: [{ code: 'HOST_SILENT' }] }],
    });
  });

  it('refuses hosts and VMs that there are none of, the VM’s own host, and one named twice', async () => {
    const refused = async (destinations: unknown, at = address) => {
      const { problem } = await api.ask(at, { body: { destinations } });
      return [problem.code, problem.fields?.map(({ field }) => field)];
    };
    expect(await refused(['host-x'])).toEqual(['HOST_UNKNOWN', ['destinations']]);
    expect(await refused(['host-a'])).toEqual(['SAME_HOST', ['destinations']]);
    expect(await refused(['host-b', 'host-b'])).toEqual(['VALIDATION_FAILED', ['destinations']]);
    expect(await refused([])).toEqual(['VALIDATION_FAILED', ['destinations']]);
    expect(await refused(null, address.replace('web-1', 'nobody'))).toEqual(['VM_UNKNOWN', ['id']]);
  });

  it('of all VMs that run asks once for all hosts, and tells of each VM all hosts but its own', async () => {
    api.engine.findings.set('host-b', [finding('MEMORY_SHORT', 'host-b', '1 byte is free.')]);
    const { status, body } = await api.ask('/api/v1/preflight', { method: 'POST' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      virtualMachines: [{ vm: 'web-1', destinations: [{ host: 'host-b', possible: false }] }],
    });
    expect(api.engine.preflights).toMatchObject([{ destinations: ['host-a', 'host-b'] }]);
    const { problem } = await api.ask('/api/v1/preflight', { body: { destinations: ['host-x'] } });
    expect(problem.code).toBe('HOST_UNKNOWN');
  });
});
