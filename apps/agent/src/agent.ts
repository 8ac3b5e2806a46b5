import { realpath } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { AgentServices } from './agent-services.ts';
import type { AgentConfig } from './config.ts';
import { adopt } from './handover/adopt.ts';
import { settleGone } from './handover/settle-gone.ts';
import { Hardware } from './hardware.ts';
import { lockHost } from './host-lock.ts';
import { chooseAccelerator } from './hypervisor/qemu/accelerator.ts';
import { QemuHypervisor } from './hypervisor/qemu/qemu-hypervisor.ts';
import { Journals } from './journal/journals.ts';
import { keepMeasuring } from './measuring/keep-measuring.ts';
import { Membership } from './membership/membership.ts';
import { readCredentialFile } from './membership/read-credential.ts';
import { DirectMigrationNetwork } from './migration-network/direct-migration-network.ts';
import { NamespacedMigrationNetwork } from './migration-network/namespaced-migration-network.ts';
import type { MigrationNetwork } from './migration-network/port.ts';
import { BridgeNetworks } from './network/bridge-networks.ts';
import type { VirtualNetworks } from './network/port.ts';
import { SimulatedNetworks } from './network/simulated-networks.ts';
import { tapPrefix } from './network/tap-name.ts';
import { hostReport } from './reporting/host-report.ts';
import type { Reporter } from './reporting/reporter.ts';
import { Sessions } from './session/sessions.ts';
import { ImageStorage } from './storage/image-storage.ts';
import { LunStorage } from './storage/lun-storage.ts';
import { PassThroughStorage } from './storage/pass-through-storage.ts';
import { SharedStorage } from './storage/shared-storage.ts';
import { StoragePool } from './storage/storage-pool.ts';
import { Storage } from './storage/storage.ts';
import { StreamKeys } from './stream/stream-keys.ts';
import { sweepStreamKeys } from './stream/sweep-stream-keys.ts';
import { ClusterSecret } from './witness/cluster-secret.ts';
import { Witness } from './witness/witness.ts';

const longestAdoptionMs = 5_000;
/** Sent with every report. */
const version = '0.1.0';

/** Builds the agent and runs it until the signal. Throws where the host is taken or a setting leads nowhere. */
export async function runAgent(config: AgentConfig, stop: AbortSignal): Promise<void> {
  const log = pino({ level: config.logLevel, base: { host: config.host } });
  const credential = config.credential === undefined ? null : readCredentialFile(config.credential, config.host);
  const membership = new Membership(credential);
  const lock = await lockHost(config.runDirectory);
  const runDirectory = await realpath(config.runDirectory);
  const networks = networksOf(config, runDirectory);
  const shared = new SharedStorage();
  const migrationNetwork = migrationNetworkOf(config, networks);
  const storage = await storageOf(config, networks, shared);
  const accelerator = await chooseAccelerator(config.accelerator, config.qemu, runDirectory);
  const { migrationAddress, qemu, imageLocks } = config;
  const parts = { accelerator, runDirectory, storage, networks, log };
  const hypervisor = new QemuHypervisor({ ...parts, qemu, migrationAddress, imageLocks });

  let reporter: Reporter | null = null;
  const services: AgentServices = {
    host: config.host,
    membership,
    hardware: new Hardware(config.proc),
    hypervisor,
    networks,
    migrationNetwork,
    storage,
    witness: new Witness(config.witness, config.host, shared),
    sessions: new Sessions(new Journals(runDirectory)),
    streamKeys: new StreamKeys(runDirectory, new ClusterSecret(config.witness, shared)),
    reportProgress: (progress) => reporter?.progress(progress),
    reportChange: () => reporter?.change(),
    log,
  };

  // Guests that wait for this agent come before anybody it talks to.
  await adoptAll(services, stop);
  migrationNetwork.prepare();
  // Only now: what it talks with takes longer to load than a guest should stand still.
  const [{ FerryClient }, reporting, { runWorkers }] = await Promise.all([
    import('@ferry/client'),
    import('./reporting/reporter.ts'),
    import('./workers.ts'),
  ]);
  const client = new FerryClient({
    baseUrl: config.apiUrl,
    actor: `agent@${config.host}`,
    credential: membership.credential,
  });
  const look = () => hostReport(services, { version, migrationAddress });
  reporter = new reporting.Reporter({ host: config.host, membership }, client, look, log.child({ part: 'reporting' }));
  const facts = await hypervisor.facts();
  log.info(
    { accelerator, niceness: getPriority(), hypervisor: facts.type, version: facts.version, vms: hypervisor.list() },
    'ready',
  );
  const beside = [reporter.run(), keepMeasuring(services, stop)];
  try {
    await runWorkers(config, services, stop);
  } finally {
    reporter.stop();
    await Promise.all(beside);
    await hypervisor.close();
    await migrationNetwork.close();
    await lock.release();
    // In order it would wait for its threads, and those for storage that hangs.
    if (shared.hangs) process.kill(process.pid, 'SIGKILL');
  }
}

async function adoptAll(services: AgentServices, stop: AbortSignal): Promise<void> {
  const { hypervisor, log } = services;
  hypervisor.onGone((vm, lastWords) => {
    log.warn({ vm, lastWords }, 'the process of a VM has ended');
    settleGone(services, vm, stop).catch((error: unknown) => log.error({ vm, error }, 'its end could not be settled'));
  });
  const vms = await hypervisor.adopt();
  const adopted = vms.map((vm) =>
    adopt(services, vm).catch((error: unknown) => log.error({ vm, error }, 'could not be adopted')),
  );
  // One whose witness does not answer waits on, and the others must be heard of.
  await Promise.race([Promise.all(adopted), pause(longestAdoptionMs, undefined, { ref: false })]);
  await sweepStreamKeys(services);
}

function networksOf(config: AgentConfig, runDirectory: string): VirtualNetworks {
  if (config.networkDriver === 'simulated') return new SimulatedNetworks(config.networks);
  return new BridgeNetworks({
    networks: config.networks,
    namespace: config.networkNamespace,
    tapPrefix: tapPrefix(config.host, runDirectory),
  });
}

function migrationNetworkOf(config: AgentConfig, networks: VirtualNetworks): MigrationNetwork {
  const { migrationAddress: address, networkNamespace } = config;
  if (networkNamespace === undefined) return new DirectMigrationNetwork(address);
  return new NamespacedMigrationNetwork({ address, inside: (command) => networks.inside(command) });
}

async function storageOf(
  { storagePool, san }: AgentConfig,
  networks: VirtualNetworks,
  shared: SharedStorage,
): Promise<Storage> {
  const pool = new StoragePool(storagePool, shared);
  // Loading it takes a while, and a guest may stand still for so long.
  const access = san === undefined ? null : (await import('./storage/san-access.ts')).readSanAccess(san);
  const lun = new LunStorage(access, (command) => networks.inside(command));
  return new Storage(pool, { image: new ImageStorage(pool), lun, 'pass-through': new PassThroughStorage(lun) });
}
