import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listenForProbes } from '../deeds/listen-for-probes.ts';
import { probe } from '../deeds/probe.ts';
import { runCommand } from '../network/run-command.ts';
import { DirectMigrationNetwork } from './direct-migration-network.ts';
import { NamespacedMigrationNetwork } from './namespaced-migration-network.ts';

const loopback = new DirectMigrationNetwork('127.0.0.1');
const code = 'MIGRATION_ADDRESS_UNREACHABLE';

describe('a host’s migration address is probed', () => {
  test('and no finding where the destination answers; then it listens no longer', async () => {
    const listened = await listenForProbes({ host: 'host-b', migrationNetwork: loopback }, { probes: 2 });
    const { target } = listened;
    if (target === null) throw new Error('it does not listen');
    const ask = (times: number) => {
      const targets = Array.from({ length: times }, () => target);
      return probe({ host: 'host-a', migrationNetwork: loopback }, { targets });
    };
    expect(await ask(2)).toEqual([[], []]);
    expect(await ask(1)).toMatchObject([[{ code, facts: expect.stringContaining('ECONNREFUSED') as string }]]);
  });

  test('and who does not have the word is sent away without learning the other', async () => {
    const target = await loopback.listen(1);
    expect(await loopback.probe({ ...target, question: 'f'.repeat(32) })).not.toBeNull();
    expect(await loopback.probe(target)).toBeNull();
  });

  test('and somebody else who answers there is a finding', async () => {
    const impostor = createServer((socket) => socket.end('a'.repeat(32))).listen(0, '127.0.0.1');
    onTestFinished(() => void impostor.close());
    await once(impostor, 'listening');
    const { port } = impostor.address() as AddressInfo;
    const target = { host: 'host-b', address: '127.0.0.1', port, question: 'a'.repeat(32), answer: 'b'.repeat(32) };
    const facts = `From host-a to 127.0.0.1:${port}, where host-b listened: somebody else answered.`;
    expect(await probe({ host: 'host-a', migrationNetwork: loopback }, { targets: [target] })).toEqual([
      [{ code, severity: 'error', host: 'host-a', facts }],
    ]);
  });

  test('and an address that is not the host’s own is a finding there', async () => {
    const elsewhere = new DirectMigrationNetwork('192.0.2.1');
    expect(await listenForProbes({ host: 'host-b', migrationNetwork: elsewhere }, { probes: 1 })).toMatchObject({
      target: null,
      findings: [{ code, host: 'host-b', facts: expect.stringContaining('EADDRNOTAVAIL') as string }],
    });
  });
});

describe('a host’s migration address is probed where its QEMU is, in a namespace', () => {
  const [a, b] = [`ferry-test-a${process.pid}`, `ferry-test-b${process.pid}`];
  const networkOf = (namespace: string, address: string) =>
    new NamespacedMigrationNetwork({ address, inside: (command) => ['ip', 'netns', 'exec', namespace, ...command] });
  const [source, destination] = [networkOf(a, '10.88.0.1'), networkOf(b, '10.88.0.2')];

  beforeAll(async () => {
    for (const namespace of [a, b]) await runCommand('ip', ['netns', 'add', namespace]);
    await runCommand('ip', ['-n', a, 'link', 'add', 'm0', 'type', 'veth', 'peer', 'name', 'm0', 'netns', b]);
    const up = (address: string) => `address add ${address}/24 dev m0\nlink set m0 up\n`;
    await runCommand('ip', ['-n', a, '-batch', '-'], up('10.88.0.1'));
    await runCommand('ip', ['-n', b, '-batch', '-'], up('10.88.0.2'));
  });
  afterAll(async () => {
    await Promise.all([source.close(), destination.close()]);
    for (const namespace of [a, b]) await runCommand('ip', ['netns', 'delete', namespace]);
  });

  test('and it is reached by nobody who is not on that network', async () => {
    const target = await destination.listen(1);
    expect(await loopback.probe(target)).not.toBeNull();
    expect(await source.probe(target)).toBeNull();
  });

  test('and a link that is cut is a finding', async () => {
    const target = { host: 'host-b', ...(await destination.listen(1)) };
    await runCommand('ip', ['-n', b, 'link', 'set', 'm0', 'down']);
    const found = await probe({ host: 'host-a', migrationNetwork: source }, { targets: [target] });
    expect(found).toMatchObject([[{ code }]]);
    await runCommand('ip', ['-n', b, 'link', 'set', 'm0', 'up']);
    expect(await source.probe(target)).toBeNull();
  });

  test('and a program that is killed is started again', async () => {
    await source.close();
    expect(await source.probe(await destination.listen(1))).toBeNull();
  });
});
