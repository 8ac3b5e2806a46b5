import { expect, it } from 'vitest';
import { QmpTimeout } from './errors.ts';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer } from './scripted-peer.ts';

const event = (name: string, data: object = {}) => ({
  event: name,
  data,
  timestamp: { seconds: 1_700_000_000, microseconds: 250_500 },
});

async function clientOfPeerThatAnnounces(...statuses: string[]): Promise<QmpClient> {
  const socketPath = await scriptedPeer(({ id }, say) => {
    for (const status of statuses) say(event('MIGRATION', { status }));
    say({ return: {}, id });
  });
  return QmpClient.connect({ socketPath });
}

it('does not miss the event that came before the answer to its command', async () => {
  const client = await clientOfPeerThatAnnounces('setup', 'active');
  const since = client.mark();
  await client.execute('migrate', { uri: 'tcp:127.0.0.1:1' });
  const active = await client.waitFor('MIGRATION', ({ status }) => status === 'active', { since });
  expect(active).toMatchObject({ name: 'MIGRATION', data: { status: 'active' }, timestampMs: 1_700_000_000_250.5 });
  client.close();
});

it('takes only what comes after the call when no mark is given', async () => {
  const client = await clientOfPeerThatAnnounces('setup');
  await client.execute('stop');
  await expect(client.waitFor('MIGRATION', undefined, { timeoutMs: 20 })).rejects.toThrow(QmpTimeout);
  client.close();
});

it("ends a wait with its signal's reason", async () => {
  const client = await clientOfPeerThatAnnounces();
  const signal = AbortSignal.abort(new Error('no longer needed'));
  await expect(client.waitFor('STOP', undefined, { signal })).rejects.toThrow('no longer needed');
  client.close();
});

it('tells listeners of every event, also of one without a type here, until they stop listening', async () => {
  const socketPath = await scriptedPeer(({ id }, say) => {
    say(event('STOP'));
    say(event('NEWER_THAN_US', { more: 1 }));
    say({ return: {}, id });
  });
  const client = await QmpClient.connect({ socketPath });
  const heard: string[] = [];
  const quiet = client.on('STOP', ({ name }) => heard.push(name));
  client.onAny(({ name }) => heard.push(`any ${name}`));
  await client.execute('stop');
  quiet();
  await client.execute('stop');
  expect(heard).toEqual(['STOP', 'any STOP', 'any NEWER_THAN_US', 'any STOP', 'any NEWER_THAN_US']);
  client.close();
});
