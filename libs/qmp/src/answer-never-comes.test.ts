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

it('leaves a peer that does not answer room for what goes past its main loop, and goes on when it answers', async () => {
  const asked: unknown[] = [];
  const late: (() => void)[] = [];
  const socketPath = await scriptedPeer((request, say) => {
    const answer = () => say({ return: {}, id: request['id'] });
    if ('exec-oob' in request) {
      answer();
      return;
    }
    asked.push(request['execute']);
    late.push(answer);
  });
  const client = await QmpClient.connect({ socketPath });
  for (let call = 0; call < 20; call += 1) {
    await expect(client.execute('query-status', {}, { timeoutMs: 5 })).rejects.toThrow(QmpTimeout);
    await expect(client.executeUntyped('yank', { instances: [] }, { outOfBand: true })).resolves.toEqual({});
  }
  expect(asked.length).toBeLessThan(8);
  for (const answer of late) answer();
  await client.executeUntyped('yank', { instances: [] }, { outOfBand: true });
  const next = client.execute('query-name');
  await expect.poll(() => asked.at(-1)).toBe('query-name');
  late.at(-1)?.();
  await expect(next).resolves.toEqual({});
  client.close();
});
