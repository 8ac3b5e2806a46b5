import { copyOf, reportOf } from '@ferry/persistence/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitionOf, openApi } from '../testing/open-api.ts';

const vms = '/api/v1/virtual-machines';

describe('a VM', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.app.close());

  it('is started, shown at once, stopped and started elsewhere', async () => {
    const body = { definition: definitionOf('new-1'), host: 'host-a' };
    const headers = { 'ferry-actor': 'ann' };
    expect(await api.ask(vms, { body, headers })).toMatchObject({
      status: 201,
      body: { id: 'new-1', status: 'running', host: 'host-a' },
    });
    expect((await api.ask(`${vms}?host=host-a`)).body).toMatchObject({ items: [{ id: 'new-1' }, { id: 'web-1' }] });
    const stopped = await api.ask(`${vms}/new-1/stop`, { body: { reason: 'no longer needed' }, headers });
    expect(stopped).toMatchObject({
      status: 200,
      body: { status: 'stopped', host: null, memoryKiB: 131_080, cpuCount: 1 },
    });
    expect((await api.ask(`${vms}/new-1/stop`, { method: 'POST' })).problem.code).toBe('VM_NOT_RUNNING');
    expect(await api.ask(vms, { body: { ...body, host: 'host-b' } })).toMatchObject({
      status: 201,
      body: { host: 'host-b' },
    });
    expect(api.records.audit.entries).toMatchObject([
      { action: 'virtual-machine.start', outcome: 'accepted', actor: 'ann', vm: 'new-1', host: 'host-a' },
      { action: 'virtual-machine.start', outcome: 'done', actor: 'ann', vm: 'new-1', host: 'host-a' },
      { action: 'virtual-machine.stop', outcome: 'accepted', details: { reason: 'no longer needed' } },
      { action: 'virtual-machine.stop', outcome: 'done', details: { reason: 'no longer needed' } },
      { action: 'virtual-machine.stop', outcome: 'refused', details: { code: 'VM_NOT_RUNNING' } },
      { action: 'virtual-machine.start', outcome: 'accepted', actor: 'anonymous', host: 'host-b' },
      { action: 'virtual-machine.start', outcome: 'done', actor: 'anonymous', host: 'host-b' },
    ]);
  });

  it('whose engine does not answer is known to have been asked for, and by whom', async () => {
    api.engine.away = true;
    const body = { definition: definitionOf('new-2'), host: 'host-a' };
    const answer = await api.ask(vms, { body, headers: { 'ferry-actor': 'ann' } });
    api.engine.away = false;
    expect(answer.problem.code).toBe('ENGINE_UNAVAILABLE');
    expect(api.records.audit.entries.filter(({ vm }) => vm === 'new-2')).toMatchObject([
      { action: 'virtual-machine.start', outcome: 'accepted', actor: 'ann', host: 'host-a' },
      { action: 'virtual-machine.start', outcome: 'failed', details: { code: 'ENGINE_UNAVAILABLE' } },
    ]);
  });

  it('that stands still goes on where it is, with the definition that it has, and with no other', async () => {
    const lan = { id: 'net0', network: 'lan', mac: '52:54:00:00:00:01' };
    const body = { definition: { ...definitionOf('web-1'), networks: [lan] }, host: 'host-a' };
    expect((await api.ask(vms, { body })).problem.code).toBe('VM_ALREADY_THERE');
    const at = new Date().toISOString();
    // It has moved since it was started first.
    const moved = { ...body.definition, networks: [{ ...lan, address: '02.0' }] };
    const paused = { ...copyOf('web-1'), definition: moved, status: 'paused' as const };
    await api.records.hosts.report(reportOf('host-a', at, [paused]), true);
    const other = { ...body.definition, memoryKiB: 8_200 };
    for (const refused of [
      { ...body, host: 'host-b' },
      { ...body, definition: other },
    ])
      expect((await api.ask(vms, { body: refused })).problem.code).toBe('VM_ALREADY_THERE');
    expect(await api.ask(vms, { body })).toMatchObject({ status: 201, body: { status: 'running', host: 'host-a' } });
  });

  it('is not started on a volume that another VM uses, also where both are asked for at once, and is when that one has stopped', async () => {
    const lun = { kind: 'lun', id: 'data', target: 'iqn.2026-01.com.example:a', lun: 1, serial: 'x' };
    const bodyOf = (id: string, number: number, portal: string, host: string) => ({
      definition: {
        ...definitionOf(id),
        uuid: `6f1c1f34-3d3a-4f0e-9d52-0d7c3c0c2f2${number}`,
        disks: [{ ...lun, portal }],
      },
      host,
    });
    const [first, second] = [
      bodyOf('first', 1, '192.0.2.50:3260', 'host-a'),
      bodyOf('second', 2, '192.0.2.51:3260', 'host-b'),
    ];
    expect((await api.ask(vms, { body: first })).status).toBe(201);
    expect((await api.ask(vms, { body: second })).problem).toMatchObject({
      code: 'VOLUME_IN_USE',
      fields: [{ field: 'definition.disks.0', message: 'lies on a volume of first' }],
    });
    await api.ask(`${vms}/first/stop`, { method: 'POST' });
    expect((await api.ask(vms, { body: second })).status).toBe(201);
    await api.ask(`${vms}/second/stop`, { method: 'POST' });

    api.engine.startMs = 50;
    const [started, refused] = await Promise.all([api.ask(vms, { body: first }), api.ask(vms, { body: second })]);
    expect([started.status, refused.problem.code]).toEqual([201, 'VOLUME_IN_USE']);
  });
});
