import { FerryClient } from '@ferry/client';
import type { HostId } from '@ferry/domain';
import { identify } from '@ferry/processes';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { agentSpec, apiSpec, processNames, workerSpec, type Addresses } from './control-plane.ts';
import { makeStandIns } from './host-stand-ins.ts';
import { LabClusters } from './lab-clusters.ts';
import type { LabLayout } from './lab-layout.ts';
import { LabInUse, type LabOptions } from './lab-options.ts';
import { isOwnedElsewhere, readLabState, writeLabState, type LabState } from './lab-state.ts';
import { SAN_DISKS } from './lab-storage.ts';
import { labTag } from './lab-tag.ts';
import { LabNetwork } from './network/lab-network.ts';
import { freePort } from './processes/free-port.ts';
import { labMark, markedProcesses } from './processes/marked-processes.ts';
import { ProcessRegistry, type ProcessSpec } from './processes/process-registry.ts';
import type { Say } from './provision/progress.ts';
import type { Provisioned } from './provision/provision.ts';
import { San, type SanOptions } from './san/san.ts';
import { PostgresServer } from './servers/postgres-server.ts';
import { TemporalServer } from './servers/temporal-server.ts';
import { takeDown } from './take-down.ts';
import { together } from './together.ts';

/** More would keep each other from getting ready in time. */
const SIDE_BY_SIDE = 8;

/** The parts of a lab that is up. */
export interface LabParts {
  readonly state: LabState;
  readonly addresses: Addresses;
  readonly client: FerryClient;
  readonly processes: ProcessRegistry;
  readonly temporal: TemporalServer;
  readonly postgres: PostgresServer;
  /** Null in a simulated lab. */
  readonly network: LabNetwork | null;
  /** Null unless guests have LUNs. */
  readonly san: San | null;
}

/**
 * Makes an empty folder for a lab: what is there is taken down and removed.
 * @throws LabInUse when another living process is in charge of it
 */
export async function clearGround(layout: LabLayout, say: Say): Promise<void> {
  const state = await readLabState(layout.state);
  if (isOwnedElsewhere(state)) throw new LabInUse(`process ${state?.owner?.pid ?? 0} runs the lab in ${layout.root}`);
  if (markedProcesses(labTag(layout.root)).length > 0) say('an earlier run is still up: it is taken down first');
  await takeDown(layout);
  await rm(layout.root, { recursive: true, force: true });
  const folders = [layout.storagePool, join(layout.witness, 'handle'), layout.hosts];
  for (const folder of folders) await mkdir(folder, { recursive: true });
}

/**
 * Starts networks and servers side by side, then all that stands on them.
 * @throws the first failure, when nothing is being started any more; what stands by then is the caller's to take down
 */
export async function startParts(layout: LabLayout, provisioned: Provisioned, options: LabOptions): Promise<LabParts> {
  const { environment, simulated = false, storage = 'files' } = options;
  const diskKind = SAN_DISKS[storage];
  const tag = labTag(layout.root);
  const processes = new ProcessRegistry(layout.root, tag);
  const marked = { environment: { ...environment, [labMark]: tag } };
  const begun = { simulated, hosts: hostNames(options.hosts ?? 3), addresses: null, owner: identify(process.pid) };
  await writeLabState(layout.state, begun);

  const [network, temporal, postgres] = await together<[LabNetwork | null, TemporalServer, PostgresServer]>(
    options.signal,
    () => [
      simulated
        ? Promise.resolve(null)
        : timed(options, 'networks', LabNetwork.up(tag, begun.hosts, { san: diskKind !== null })),
      timed(
        options,
        'Temporal',
        TemporalServer.start({ binary: provisioned.temporal, folder: layout.temporal, ui: true, ...marked }),
      ),
      timed(
        options,
        'Postgres',
        PostgresServer.start({ binaries: provisioned.postgres, folder: layout.postgres, ...marked }),
      ),
    ],
  );

  const apiListen = `127.0.0.1:${await freePort(options.apiPort)}`;
  const apiUrl = `http://${apiListen}`;
  const addresses: Addresses = {
    apiListen,
    apiUrl,
    temporalAddress: temporal.address,
    temporalUiUrl: `http://127.0.0.1:${temporal.uiPort}`,
    databaseUrl: postgres.url,
  };
  const state = { ...begun, addresses };
  await writeLabState(layout.state, state);
  const client = new FerryClient({ baseUrl: apiUrl, actor: options.actor ?? 'lab' });
  const san = diskKind && (await prepareSan(layout, provisioned, network, { hosts: begun.hosts, diskKind }));
  const kindOf = (host: HostId) => options.kinds?.[host] ?? {};
  const clusters = await LabClusters.prepare(layout, begun.hosts, kindOf);
  const standIns = await Promise.all(begun.hosts.map((host) => makeStandIns(layout.standIns(host), kindOf(host))));
  const agents = begun.hosts.map((host, index) => {
    const namespace = network?.hostNamespace(host) ?? null;
    const [imageLocks, sanAccess] = [storage !== 'unlocked-files', san?.accessFile(host) ?? null];
    const different = { member: kindOf(host).cluster !== null, standIns: standIns[index] ?? {} };
    const place = { host, number: index + 1, namespace, imageLocks, sanAccess, ...different };
    return agentSpec(place, layout, addresses, client, environment);
  });
  const apps: ProcessSpec[] = [
    ...[apiSpec(addresses, client, environment), workerSpec(addresses, environment), ...agents],
    ...(san === null ? [] : [san.spec(environment)]),
  ];
  const waiting = apps.values();
  await together(options.signal, (signal) =>
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (const app of waiting) {
        await timed(options, app.name, processes.start(app, signal));
        if (app.name === processNames.api) await clusters.form(client);
      }
    }),
  );
  return { state, addresses, client, processes, temporal, postgres, network, san };
}

async function prepareSan(
  { san: folder }: LabLayout,
  { target }: Provisioned,
  network: LabNetwork | null,
  options: Pick<SanOptions, 'hosts' | 'diskKind'>,
): Promise<San | null> {
  if (target === null || network === null) return null;
  return San.prepare({ folder, programs: target, namespace: network.sanNamespace, ...options });
}

function hostNames(count: number): HostId[] {
  return Array.from({ length: count }, (_, index) => `host-${letters(index)}`);
}

/** a, b, … z, aa, ab, … */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : `${letters(Math.floor(index / 26) - 1)}${last}`;
}

async function timed<T>(options: LabOptions, what: string, part: Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await part;
  options.onProgress?.(`${what.padEnd(14)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}
