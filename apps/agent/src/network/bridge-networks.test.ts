import type { VirtualMachineDefinition } from '@ferry/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BridgeNetworks } from './bridge-networks.ts';
import { runCommand } from './run-command.ts';
import { tapName, tapPrefix } from './tap-name.ts';

const namespace = `ferry-test-${process.pid}`;
const prefix = tapPrefix('host-a', '/run/a');
const options = { networks: new Map([['lan', 'br-lan']]), namespace, tapPrefix: prefix };
const definition = {
  id: 'web',
  networks: [{ id: 'lan', network: 'lan', mac: '52:54:00:00:00:01' }],
} as unknown as VirtualMachineDefinition;

async function links(): Promise<string[]> {
  const text = await runCommand('ip', ['-n', namespace, '-j', 'link', 'show']);
  return (JSON.parse(text) as { ifname: string; master?: string }[]).map(
    ({ ifname, master }) => `${ifname}@${master ?? ''}`,
  );
}

beforeEach(async () => {
  await runCommand('ip', ['netns', 'add', namespace]);
  await runCommand('ip', ['-n', namespace, '-batch', '-'], 'link add br-lan type bridge\nlink set br-lan up\n');
});
afterEach(() => runCommand('ip', ['netns', 'delete', namespace]));

describe('the networks of a host as bridges', () => {
  test('have a port a VM and interface, made once and removed without a trace', async () => {
    const networks = new BridgeNetworks(options);
    expect(await networks.mtus(['lan', 'dmz'])).toEqual({ lan: 1_500, dmz: null });
    const before = await links();
    const ports = await networks.attach(definition);
    expect(await networks.attach(definition)).toEqual(ports);
    expect(await links()).toContain(`${ports[0]?.tap}@br-lan`);
    await networks.detach(ports);
    await networks.detach(ports);
    expect(await links()).toEqual(before);
  });

  test('say where they forward to', async () => {
    const networks = new BridgeNetworks(options);
    const [port] = await networks.attach(definition);
    if (!port) throw new Error('no port');
    expect(await networks.forwards(port)).toBe(false);
    const learnt = `fdb replace ${port.mac} dev ${port.tap} master static\n`;
    await runCommand('bridge', ['-n', namespace, '-batch', '-'], learnt);
    expect(await networks.forwards(port)).toBe(true);
  });

  test('lose the ports that belong to no VM of this host, and no other', async () => {
    const networks = new BridgeNetworks(options);
    const kept = await networks.attach(definition);
    await networks.attach({ ...definition, id: 'gone' });
    const foreign = tapName(tapPrefix('host-b', '/run/b'), 'web', 'lan');
    await runCommand('ip', ['-n', namespace, 'tuntap', 'add', 'dev', foreign, 'mode', 'tap']);
    expect(await networks.removeLeftovers(kept)).toEqual([tapName(prefix, 'gone', 'lan')]);
    expect(await links()).toEqual(expect.arrayContaining([`${kept[0]?.tap}@br-lan`, `${foreign}@`]));
  });

  test('know a tap that somebody else has put on one of them, and no other', async () => {
    const networks = new BridgeNetworks({ ...options, networks: new Map([['office', 'br-lan']]) });
    const links = [
      ...['tuntap add dev by-hand mode tap', 'link set dev by-hand master br-lan', 'tuntap add dev alone mode tap'],
      ...[
        'link add br-other type bridge',
        'tuntap add dev elsewhere mode tap',
        'link set dev elsewhere master br-other',
      ],
    ];
    await runCommand('ip', ['-n', namespace, '-batch', '-'], `${links.join('\n')}\n`);
    expect(await networks.networkOf('by-hand')).toBe('office');
    for (const tap of ['alone', 'elsewhere', 'nowhere', null]) expect(await networks.networkOf(tap)).toBeNull();
  });

  test('refuse a network that is not configured', async () => {
    const networks = new BridgeNetworks({ ...options, networks: new Map() });
    await expect(networks.attach(definition)).rejects.toMatchObject({ code: 'NETWORK_UNKNOWN' });
  });
});

test('a tap’s name fits a link’s 15 characters, whatever the VM is called', () => {
  expect(tapName(prefix, 'a'.repeat(40), 'b'.repeat(40))).toMatch(/^[a-z0-9-]{15}$/);
  expect(tapName(prefix, 'a', 'lan')).not.toBe(tapName(prefix, 'b', 'lan'));
});
