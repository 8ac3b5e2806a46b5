import { expect, it } from 'vitest';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer } from './scripted-peer.ts';

it("hands on QEMU's error with its class, apart from the description that is for people", async () => {
  const error = { class: 'DeviceNotFound', desc: "Device 'x' not found" };
  const socketPath = await scriptedPeer(({ id }, say) => say({ error, id }));
  const client = await QmpClient.connect({ socketPath });
  await expect(client.execute('qom-get', { path: 'x', property: 'y' })).rejects.toMatchObject({
    name: 'QmpError',
    command: 'qom-get',
    errorClass: 'DeviceNotFound',
    description: "Device 'x' not found",
  });
  client.close();
});
