import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

const complete = {
  FERRY_HOST: 'host-a',
  FERRY_TEMPORAL_ADDRESS: '127.0.0.1:7233',
  FERRY_API_URL: 'http://127.0.0.1:8080/',
  FERRY_RUN_DIRECTORY: '/run/ferry',
  FERRY_STORAGE_POOL: '/srv/pool',
  FERRY_WITNESS: '/srv/witness',
  FERRY_NETWORKS: 'lan=br-lan,dmz=br1',
  FERRY_MIGRATION_ADDRESS: '10.0.0.1',
};

describe('the agent’s settings', () => {
  test('are read with their defaults', () => {
    const config = readConfig(complete);
    expect(config).toMatchObject({
      apiUrl: 'http://127.0.0.1:8080',
      accelerator: 'auto',
      networkDriver: 'bridge',
      qemu: 'qemu-system-x86_64',
      networkNamespace: undefined,
      temporal: { namespace: 'default' },
    });
    expect([...config.networks]).toEqual([
      ['lan', 'br-lan'],
      ['dmz', 'br1'],
    ]);
  });

  test('that are missing are all named at once', () => {
    expect(() => readConfig({})).toThrow(
      /FERRY_HOST is missing[^]*FERRY_WITNESS is missing[^]*FERRY_MIGRATION_ADDRESS/,
    );
  });

  test.each([
    ['FERRY_HOST', 'Host A'],
    ['FERRY_API_URL', 'ftp://x'],
    ['FERRY_RUN_DIRECTORY', 'run'],
    ['FERRY_NETWORKS', 'lan=br0;rm'],
    ['FERRY_NETWORKS', 'lan=a-name-of-sixteen'],
    ['FERRY_MIGRATION_ADDRESS', 'host-a'],
    ['FERRY_NETWORK_NAMESPACE', '../x'],
    ['FERRY_ACCELERATOR', 'hvf'],
    ['FERRY_LOG_LEVEL', 'loud'],
    ['FERRY_TEMPORAL_ADDRESS', 'localhost'],
    ['FERRY_TEMPORAL_ADDRESS', 'localhost:99999'],
    ['FERRY_TEMPORAL_ADDRESS', ':::1'],
    ['FERRY_NETWORKS', 'lan=br0,lan=br1'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => readConfig({ ...complete, [name]: value })).toThrow(`${name} is malformed`);
  });
});
