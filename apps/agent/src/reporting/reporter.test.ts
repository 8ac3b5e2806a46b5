import { FerryClient } from '@ferry/client';
import { FakeApi } from '@ferry/client/fake-api';
import { expect, it } from 'vitest';
import { Membership } from '../membership/membership.ts';
import { A_REPORT } from '../testing/a-report.ts';
import { Reporter } from './reporter.ts';

it('what is again as it was before the report that is under way is told at once', async () => {
  const api = await FakeApi.start();
  let letGo: () => void = () => undefined;
  const taken = new Promise<void>((resolve) => (letGo = resolve));
  api.handles('PUT /hosts/host-a/report', ({ body }, response) => {
    const other = (body as typeof A_REPORT).networks.length === 0;
    void (other ? taken : Promise.resolve()).then(() => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"cluster":null}');
    });
  });
  let networks = A_REPORT.networks;
  let looks = 0;
  const look = () => {
    looks += 1;
    return Promise.resolve({ ...A_REPORT, networks });
  };
  const quiet = { info: () => undefined, warn: () => undefined };
  const client = new FerryClient({ baseUrl: api.url, actor: 'host-a' });
  const reporter = new Reporter({ host: 'host-a', membership: new Membership(null) }, client, look, quiet);
  const running = reporter.run();
  const told = () => api.requests.map(({ body }) => (body as typeof A_REPORT).networks);
  try {
    await expect.poll(told).toEqual([['fabric']]);
    networks = [];
    reporter.change();
    await expect.poll(told).toEqual([['fabric'], []]);
    networks = A_REPORT.networks;
    reporter.change();
    await expect.poll(() => looks).toBe(3);
    letGo();
    // The next look at its pace would come later.
    await expect.poll(told, { timeout: 1_000 }).toEqual([['fabric'], [], ['fabric']]);
  } finally {
    letGo();
    reporter.stop();
    await running;
    await api.stop();
  }
});
