import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import {
  HTTP_URL,
  LOG_LEVEL,
  matching,
  NAMESPACE,
  oneOf,
  readSettings,
  SERVER_ADDRESS,
  type Kind,
  type LogLevel,
} from '@ferry/contracts/settings';
import { isName } from '@ferry/domain';

const NETWORK_DRIVER = oneOf('bridge', 'simulated');
const ACCELERATOR_CHOICE = oneOf('auto', 'kvm', 'tcg');
const ABSOLUTE_PATH: Kind<string> = {
  parse: (text) => (isAbsolute(text) ? text : undefined),
  allowed: 'an absolute path',
};
const HOST_NAME: Kind<string> = {
  parse: (text) => (isName(text) ? text : undefined),
  allowed: 'a host’s name of a-z, 0-9 and "-"',
};
const NETWORKS: Kind<ReadonlyMap<string, string>> = {
  parse: parseNetworks,
  allowed: 'network=bridge pairs, each network once, separated by commas: lan=br-lan,dmz=br1',
};
const OWN_ADDRESS: Kind<string> = {
  parse: (text) => (isIP(text) === 4 ? text : undefined),
  allowed: 'an IPv4 address of this host',
};

export interface AgentConfig {
  host: string;
  logLevel: LogLevel;
  temporal: { address: string; namespace: string };
  apiUrl: string;
  /** Where the VMs' processes live: the agent's own, on this host's disk. */
  runDirectory: string;
  /** The cluster's shared storage; every path of a definition lies below it. */
  storagePool: string;
  /** Whether QEMU locks the pool's images; off where its storage has no locks. */
  imageLocks: boolean;
  /** The file that says which portals of a SAN this host may use, and how; a host without one reaches no SAN. */
  san: string | undefined;
  /** The cluster's shared witness folder. */
  witness: string;
  /** The file with what makes this host a member of its cluster; without one it only reports. */
  credential: string | undefined;
  /** Virtual network → bridge of this host. */
  networks: ReadonlyMap<string, string>;
  /** The address on which this host receives migrations. */
  migrationAddress: string;
  /** The network namespace of QEMU, taps and bridges; the agent's own without one. */
  networkNamespace: string | undefined;
  /** Where the kernel tells of processors and memory; another folder makes another host of this one, for laboratories. */
  proc: string;
  networkDriver: 'bridge' | 'simulated';
  qemu: string;
  accelerator: 'auto' | 'kvm' | 'tcg';
}

/** Reads the agent's settings. @throws BadSettings */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): AgentConfig {
  return readSettings(environment, ({ read, optional }) => ({
    host: read('FERRY_HOST', HOST_NAME),
    logLevel: read('FERRY_LOG_LEVEL', LOG_LEVEL, 'info'),
    temporal: {
      address: read('FERRY_TEMPORAL_ADDRESS', SERVER_ADDRESS),
      namespace: read('FERRY_TEMPORAL_NAMESPACE', NAMESPACE, 'default'),
    },
    apiUrl: read('FERRY_API_URL', HTTP_URL),
    runDirectory: read('FERRY_RUN_DIRECTORY', ABSOLUTE_PATH),
    storagePool: read('FERRY_STORAGE_POOL', ABSOLUTE_PATH),
    imageLocks: read('FERRY_IMAGE_LOCKS', oneOf('on', 'off'), 'on') === 'on',
    san: optional('FERRY_SAN', ABSOLUTE_PATH),
    witness: read('FERRY_WITNESS', ABSOLUTE_PATH),
    credential: optional('FERRY_CREDENTIAL', ABSOLUTE_PATH),
    networks: read('FERRY_NETWORKS', NETWORKS),
    migrationAddress: read('FERRY_MIGRATION_ADDRESS', OWN_ADDRESS),
    networkNamespace: optional('FERRY_NETWORK_NAMESPACE', matching(/^[\w-]{1,64}$/, 'the name of a network namespace')),
    proc: read('FERRY_PROC', ABSOLUTE_PATH, '/proc'),
    networkDriver: read('FERRY_NETWORK_DRIVER', NETWORK_DRIVER, 'bridge'),
    qemu: read('FERRY_QEMU', matching(/./, 'a program’s name or path'), 'qemu-system-x86_64'),
    accelerator: read('FERRY_ACCELERATOR', ACCELERATOR_CHOICE, 'auto'),
  }));
}

function parseNetworks(text: string): Map<string, string> | undefined {
  const networks = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [network, bridge, ...more] = pair.split('=');
    // A link's name has at most 15 characters, and becomes an argument of `ip`.
    if (more.length > 0 || !isName(network ?? '') || !/^[A-Za-z0-9][\w.-]{0,14}$/.test(bridge ?? '')) return undefined;
    if (networks.has(network ?? '')) return undefined;
    networks.set(network ?? '', bridge ?? '');
  }
  return networks;
}
