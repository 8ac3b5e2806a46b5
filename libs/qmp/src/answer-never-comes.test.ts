import { expect, it } from 'vitest';
import { QmpTimeout } from './errors.ts';
import { QmpClient } from './qmp-client.ts';
import { scriptedPeer } from './scripted-peer.ts';
import { startVm } from './simulator/started-vm.ts';

it('times the call out, calls the connection doubtful, and takes the late answer for nobody', async () => {
  let answerLate = () => {};
  const socketPath = await scriptedPeer((request, say) => {
    if (request['execute'] === 'query-name') say({ return: { name: 'after' }, id: request['id'] });
    else answerLate = () => say({ return: { status: 'running' }, id: request['id'] });
  });
  const client = await QmpClient.connect({ socketPath });
  await expect(client.execute('query-status', {}, { timeoutMs: 20 })).rejects.toThrow(QmpTimeout);
  expect(client.doubtful).toBe(true);
  answerLate();
  expect(await client.execute('query-name')).toEqual({ name: 'after' });
  expect(client.doubtful).toBe(false);
  client.close();
});

it('times out on a process that is stopped, and goes on when that goes on', async () => {
  const vm = await startVm({});
  vm.kill('SIGSTOP');
  await expect(vm.client.execute('query-status', {}, { timeoutMs: 50 })).rejects.toThrow(QmpTimeout);
  expect(vm.client.doubtful).toBe(true);
  vm.kill('SIGCONT');
  expect((await vm.client.execute('query-status')).running).toBe(true);
  expect(vm.client.doubtful).toBe(false);
});
