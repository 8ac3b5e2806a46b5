import { expect, it } from 'vitest';
import type { JsonObject } from './framing.ts';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer } from './scripted-peer.ts';

it('gives each call its own answer, whichever comes first', async () => {
  const held: JsonObject[] = [];
  const socketPath = await scriptedPeer((request, say) => {
    held.push(request);
    if (held.length === 3) for (const { execute, id } of held.reverse()) say({ return: { name: execute }, id });
  });
  const client = await QmpClient.connect({ socketPath });
  const answers = Promise.all(['first', 'second', 'third'].map((command) => client.executeUntyped(command)));
  expect(await answers).toEqual([{ name: 'first' }, { name: 'second' }, { name: 'third' }]);
  client.close();
});
