import type { FerryClient } from '@ferry/client';
import type { HostId } from '@ferry/domain';
import { simulatorPath } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import type { LabLayout } from './lab-layout.ts';
import { migrationAddress } from './network/addresses.ts';
import { hostBridge } from './network/lab-network.ts';
import { withPrecedence } from './processes/precedence.ts';
import type { ProcessSpec, ProcessStart } from './processes/process-registry.ts';

/** Where the lab's parts find each other. */
export interface Addresses {
  readonly temporalAddress: string;
  /** Temporal's own pages. */
  readonly temporalUiUrl: string;
  readonly databaseUrl: string;
  /** host:port on which the API listens. */
  readonly apiListen: string;
  readonly apiUrl: string;
}

export const processNames = { api: 'api', worker: 'worker', temporal: 'temporal', postgres: 'postgres' } as const;

/** The name of a host's agent among the lab's processes. */
export function agentName(host: HostId): string {
  return `agent-${host}`;
}

type Environment = Readonly<Record<string, string>>;

/** The API. It is ready when it answers from Postgres. */
export function apiSpec(addresses: Addresses, client: FerryClient, env: Environment): ProcessSpec {
  const settings = {
    FERRY_API_LISTEN: addresses.apiListen,
    FERRY_DATABASE_URL: addresses.databaseUrl,
    FERRY_TEMPORAL_ADDRESS: addresses.temporalAddress,
  };
  const ready = () => client.hosts().then(() => true);
  return { ...ofControlPlane(app(processNames.api, 'api', { ...env, ...settings })), ready };
}

/** The worker. It is ready when it says that it polls. */
export function workerSpec(addresses: Addresses, env: Environment): ProcessSpec {
  const settings = { FERRY_DATABASE_URL: addresses.databaseUrl, FERRY_TEMPORAL_ADDRESS: addresses.temporalAddress };
  const ready = (start: ProcessStart) => Promise.resolve(start.output().includes('"msg":"polling"'));
  return { ...ofControlPlane(app(processNames.worker, 'worker', { ...env, ...settings })), ready };
}

export interface AgentPlace {
  readonly host: HostId;
  /** Hosts are numbered from 1. */
  readonly number: number;
  /** Where its QEMUs, taps and bridges live; null in a simulated lab. */
  readonly namespace: string | null;
  readonly imageLocks: boolean;
  /** How it logs in at the SAN; null where there is none. */
  readonly sanAccess: string | null;
  /** Whether it is to be a member of a cluster. */
  readonly member: boolean;
  /** What it has instead of what the others have. */
  readonly standIns: Environment;
}

/** A host's agent. It is ready when the API has heard from it, as a member of its cluster, if it is to be one. */
export function agentSpec(
  { host, number, namespace, imageLocks, sanAccess, member, standIns }: AgentPlace,
  layout: LabLayout,
  addresses: Addresses,
  client: FerryClient,
  env: Environment,
): ProcessSpec {
  const simulated = namespace === null;
  const settings = {
    FERRY_HOST: host,
    FERRY_API_URL: addresses.apiUrl,
    FERRY_TEMPORAL_ADDRESS: addresses.temporalAddress,
    FERRY_RUN_DIRECTORY: layout.runDirectory(host),
    FERRY_STORAGE_POOL: layout.storagePool,
    FERRY_IMAGE_LOCKS: imageLocks ? 'on' : 'off',
    ...(sanAccess === null ? {} : { FERRY_SAN: sanAccess }),
    FERRY_WITNESS: layout.witness,
    ...(member ? { FERRY_CREDENTIAL: layout.credential(host) } : {}),
    FERRY_NETWORKS: `lan=${hostBridge}`,
    FERRY_MIGRATION_ADDRESS: migrationAddress(number, simulated),
    // The lab's warm state was saved under TCG.
    FERRY_ACCELERATOR: 'tcg',
    ...(simulated
      ? { FERRY_NETWORK_DRIVER: 'simulated', FERRY_QEMU: simulatorPath }
      : { FERRY_NETWORK_DRIVER: 'bridge', FERRY_NETWORK_NAMESPACE: namespace }),
    ...standIns,
  };
  const ready = async ({ startedAt }: ProcessStart) => {
    const { reportedAt, cluster } = await client.host(host);
    return (cluster !== null) === member && Date.parse(reportedAt) >= startedAt;
  };
  return { ...app(agentName(host), 'agent', { ...env, ...settings }), ready };
}

function app(name: string, folder: string, env: Environment): Omit<ProcessSpec, 'ready'> {
  const program = join(import.meta.dirname, '../..', folder, 'dist/main.js');
  // As in production: a small young generation keeps each process some twenty megabytes smaller, and its pauses short.
  return { name, program: process.execPath, args: ['--max-semi-space-size=4', program], env };
}

function ofControlPlane(spec: Omit<ProcessSpec, 'ready'>): Omit<ProcessSpec, 'ready'> {
  const [program, args] = withPrecedence(spec.program, spec.args);
  return { ...spec, program, args };
}
