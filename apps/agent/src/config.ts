import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { isName } from '@ferry/domain';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const IMAGE_LOCKS = ['on', 'off'] as const;
export const NETWORK_DRIVERS = ['bridge', 'simulated'] as const;
export const ACCELERATOR_CHOICES = ['auto', 'kvm', 'tcg'] as const;

export interface AgentConfig {
  host: string;
  logLevel: (typeof LOG_LEVELS)[number];
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
  networkDriver: (typeof NETWORK_DRIVERS)[number];
  qemu: string;
  accelerator: (typeof ACCELERATOR_CHOICES)[number];
}

/** Reads the agent's settings. Throws an error that names every variable which is missing or malformed. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): AgentConfig {
  const mistakes: string[] = [];

  const read = <T>(name: string, parse: (text: string) => T | undefined, allowed: string, fallback?: string): T => {
    const text = environment[name] ?? fallback;
    const value = text === undefined || text === '' ? undefined : parse(text);
    if (value === undefined) {
      mistakes.push(text === undefined ? `${name} is missing: ${allowed}` : `${name} is malformed: ${allowed}`);
    }
    return value as T;
  };
  const absolute = (name: string) => read(name, (text) => (isAbsolute(text) ? text : undefined), 'an absolute path');
  const oneOf = <T extends string>(name: string, choices: readonly T[], fallback: T) =>
    read(name, (text) => choices.find((choice) => choice === text), `one of ${choices.join(', ')}`, fallback);
  const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

  const config: AgentConfig = {
    host: read('FERRY_HOST', (text) => (isName(text) ? text : undefined), 'a host’s name of a-z, 0-9 and "-"'),
    logLevel: oneOf('FERRY_LOG_LEVEL', LOG_LEVELS, 'info'),
    temporal: {
      address: read('FERRY_TEMPORAL_ADDRESS', parseAddress, 'host:port'),
      namespace: read('FERRY_TEMPORAL_NAMESPACE', matching(/^[\w.-]{1,200}$/), 'a namespace’s name', 'default'),
    },
    apiUrl: read('FERRY_API_URL', parseHttpUrl, 'an http or https URL'),
    runDirectory: absolute('FERRY_RUN_DIRECTORY'),
    storagePool: absolute('FERRY_STORAGE_POOL'),
    imageLocks: oneOf('FERRY_IMAGE_LOCKS', IMAGE_LOCKS, 'on') === 'on',
    san: environment['FERRY_SAN'] === undefined ? undefined : absolute('FERRY_SAN'),
    witness: absolute('FERRY_WITNESS'),
    credential: environment['FERRY_CREDENTIAL'] === undefined ? undefined : absolute('FERRY_CREDENTIAL'),
    networks: read(
      'FERRY_NETWORKS',
      parseNetworks,
      'network=bridge pairs, each network once, separated by commas: lan=br-lan,dmz=br1',
    ),
    migrationAddress: read(
      'FERRY_MIGRATION_ADDRESS',
      (text) => (isIP(text) === 4 ? text : undefined),
      'an IPv4 address of this host',
    ),
    networkNamespace:
      environment['FERRY_NETWORK_NAMESPACE'] === undefined
        ? undefined
        : read('FERRY_NETWORK_NAMESPACE', matching(/^[\w-]{1,64}$/), 'the name of a network namespace'),
    proc: read('FERRY_PROC', (text) => (isAbsolute(text) ? text : undefined), 'an absolute path', '/proc'),
    networkDriver: oneOf('FERRY_NETWORK_DRIVER', NETWORK_DRIVERS, 'bridge'),
    qemu: read('FERRY_QEMU', (text) => text, 'a program’s name or path', 'qemu-system-x86_64'),
    accelerator: oneOf('FERRY_ACCELERATOR', ACCELERATOR_CHOICES, 'auto'),
  };
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return config;
}

function parseAddress(text: string): string | undefined {
  const [, port] = /^(?:\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65_535 ? text : undefined;
}

function parseHttpUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? text.replace(/\/+$/, '') : undefined;
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
