import { expect, it } from 'vitest';
import { QmpClosed, QmpProtocolError } from './errors.ts';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer } from './scripted-peer.ts';

it('fails every call and every wait with it, and those that come later', async () => {
  const socketPath = await scriptedPeer((_request, _say, socket) => socket.destroy());
  const client = await QmpClient.connect({ socketPath });
  const waiting = client.waitFor('STOP');
  const results = await Promise.allSettled([client.execute('query-status'), waiting]);
  expect(results.map((result) => result.status === 'rejected' && (result.reason as Error).name)).toEqual([
    'QmpClosed',
    'QmpClosed',
  ]);
  await expect(client.execute('query-status')).rejects.toThrow(QmpClosed);
  await expect(client.waitFor('STOP')).rejects.toThrow(QmpClosed);
  expect(await client.closed).toBeInstanceOf(QmpClosed);
});

it('ends a connection on which something else than QMP comes', async () => {
  const socketPath = await scriptedPeer((_request, _say, socket) => socket.write('garbage\n'));
  const client = await QmpClient.connect({ socketPath });
  await expect(client.execute('query-status')).rejects.toThrow(QmpClosed);
  expect((await client.closed).cause).toBeInstanceOf(QmpProtocolError);
});
