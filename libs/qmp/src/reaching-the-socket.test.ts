import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { QmpBusy, QmpClosed, QmpProtocolError } from './errors.ts';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer, testDirectory } from './scripted-peer.ts';
import { startVm } from './simulator/started-vm.ts';

it('says that nobody listens when nobody does until the deadline', async () => {
  const connecting = QmpClient.connect({ directory: testDirectory(), name: 'qmp.sock', timeoutMs: 40 });
  await expect(connecting).rejects.toThrow(QmpClosed);
});

it('waits for a socket that comes later', async () => {
  const socketPath = join(testDirectory(), 'qmp.sock');
  const connecting = QmpClient.connect({ socketPath });
  await scriptedPeer(() => undefined, socketPath);
  (await connecting).close();
});

it('says that another client holds the socket, and is served once that one is gone', async () => {
  const vm = await startVm({});
  const address = { directory: vm.directory, name: 'qmp.sock' };
  await expect(QmpClient.connect({ ...address, timeoutMs: 50 })).rejects.toThrow(QmpBusy);
  const queued = QmpClient.connect(address);
  vm.client.close();
  const next = await queued;
  expect((await next.execute('query-status')).running).toBe(true);
  next.close();
});

it("stops trying at the caller's word", async () => {
  const socketPath = join(testDirectory(), 'qmp.sock');
  const caller = new AbortController();
  const connecting = QmpClient.connect({ socketPath, signal: caller.signal });
  const refused = expect(connecting).rejects.toThrow('never mind');
  caller.abort(new Error('never mind'));
  await refused;
});

it('reaches a socket whose path is longer than a socket address may be', async () => {
  const directory = join(testDirectory(), 'deep'.repeat(20), 'deeper'.repeat(20));
  mkdirSync(directory, { recursive: true });
  const vm = await startVm({ directory });
  expect((await vm.client.execute('query-status')).running).toBe(true);
});

it('tells a server that is not QMP from one that is busy', async () => {
  const socketPath = join(testDirectory(), 'other.sock');
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n'));
  onTestFinished(() => void server.close());
  server.listen(socketPath);
  await once(server, 'listening');
  await expect(QmpClient.connect({ socketPath })).rejects.toThrow(QmpProtocolError);
});
