import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { FerryError, type MigrationProgress } from '@ferry/domain';
import type { CommandName, Commands } from '@ferry/qmp';
import type { AgentServices } from '../agent-services.ts';
import { Hardware } from '../hardware.ts';
import { adopt } from '../handover/adopt.ts';
import { settleGone } from '../handover/settle-gone.ts';
import { QemuHypervisor } from '../hypervisor/qemu/qemu-hypervisor.ts';
import { credentialsId } from '../hypervisor/qemu/stream-credentials.ts';
import { Journals } from '../journal/journals.ts';
import { DirectMigrationNetwork } from '../migration-network/direct-migration-network.ts';
import { SimulatedNetworks } from '../network/simulated-networks.ts';
import { Sessions } from '../session/sessions.ts';
import { ImageStorage } from '../storage/image-storage.ts';
import { LunStorage } from '../storage/lun-storage.ts';
import { PassThroughStorage } from '../storage/pass-through-storage.ts';
import { StreamKeys } from '../stream/stream-keys.ts';
import { sweepStreamKeys } from '../stream/sweep-stream-keys.ts';
import { ClusterSecret } from '../witness/cluster-secret.ts';
import { StoragePool } from '../storage/storage-pool.ts';
import { Storage } from '../storage/storage.ts';
import { Witness } from '../witness/witness.ts';

export interface HostOptions {
  /** Stands between the agent's code and what it works with. */
  behind?: (services: AgentServices) => AgentServices;
  /** False on storage that has no locks. */
  imageLocks?: boolean;
  /** The cluster that it is a member of; `east` unless told. */
  cluster?: string | null;
}

/** One host's agent without Temporal and API: what phases work with, on a real QEMU or the simulator. */
export interface HostUnderTest extends AgentServices {
  progress: MigrationProgress[];
  /** As after an agent's death: everything of the process is gone, the QEMUs live on. */
  restarted(): Promise<HostUnderTest>;
  close(): Promise<void>;
  /** kill -9 of the VM's process. */
  killMachine(vm: string): void;
  /** How long its first disk is, as its guest sees it. */
  diskBytes(vm: string): Promise<number | undefined>;
  /** Stops its CPUs, as an operator at QEMU's monitor would. */
  pauseMachine(vm: string): Promise<unknown>;
  /** Tells the VM's hypervisor something by hand, past the agent. */
  byHand<C extends CommandName>(
    vm: string,
    command: C,
    args: Commands[C]['arguments'],
  ): Promise<Commands[C]['returns']>;
  /** Has a modelled guest change its memory; it takes that along. */
  dirtyMemory(vm: string, dirtying: { mibPerSecond: number; workingSetMib: number }): Promise<unknown>;
  /** Whether its hypervisor still has the key of a stream; it has none then. */
  takeKey(vm: string): Promise<boolean>;
  /** SIGSTOP of the VM's process: it ends only when it is killed. */
  freezeMachine(vm: string): void;
  thawMachine(vm: string): void;
}

const migrationAddress = '127.0.0.1';
const unhindered = (services: AgentServices): AgentServices => services;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function hostUnderTest(
  folder: string,
  host: string,
  qemu: string,
  options: HostOptions = {},
): Promise<HostUnderTest> {
  const { behind = unhindered, imageLocks = true, cluster = 'east' } = options;
  const directory = join(folder, host);
  await mkdir(directory, { recursive: true });
  const runDirectory = await realpath(directory);
  const networks = new SimulatedNetworks(new Map([['lan', 'br-lan']]));
  const pool = new StoragePool(join(folder, 'pool'));
  const lun = new LunStorage(null, (command) => [...command]);
  const storage = new Storage(pool, {
    image: new ImageStorage(pool),
    lun,
    'pass-through': new PassThroughStorage(lun),
  });
  const hypervisor = new QemuHypervisor({
    qemu,
    accelerator: 'tcg',
    runDirectory,
    migrationAddress,
    storage,
    networks,
    imageLocks,
    log: silent,
  });
  const stopped = new AbortController();
  const progress: MigrationProgress[] = [];
  const services = behind({
    host,
    membership: { cluster },
    hardware: new Hardware(),
    hypervisor,
    networks,
    migrationNetwork: new DirectMigrationNetwork(migrationAddress),
    storage,
    witness: new Witness(join(folder, 'witness'), host),
    sessions: new Sessions(new Journals(runDirectory)),
    streamKeys: new StreamKeys(runDirectory, new ClusterSecret(join(folder, 'witness'))),
    reportProgress: (each) => progress.push(each),
    reportChange: () => undefined,
    log: silent,
  });
  // As the agent does: what could not be settled is only told.
  hypervisor.onGone((vm) => void settleGone(services, vm, stopped.signal).catch(() => undefined));
  const close = async () => {
    stopped.abort();
    // What runs for a migration would go on in this process, which has not ended.
    for (const vm of hypervisor.list()) services.sessions.of(vm).current?.end(new FerryError('INTERNAL', 'closed'));
    await hypervisor.close();
  };
  return {
    ...services,
    progress,
    close,
    killMachine: (vm) => void process.kill(hypervisor.get(vm).process.identity.pid, 'SIGKILL'),
    diskBytes: async (vm) => {
      const [disk] = await hypervisor.get(vm).monitor.execute('query-block', {});
      return disk?.inserted?.image['virtual-size'];
    },
    pauseMachine: (vm) => hypervisor.get(vm).monitor.execute('stop', {}),
    byHand: (vm, command, args) => hypervisor.get(vm).monitor.execute(command, args),
    // The simulator's own word, which no QEMU has.
    dirtyMemory: (vm, dirtying) => hypervisor.get(vm).monitor.execute('x-simulator-dirty' as 'stop', dirtying as never),
    takeKey: (vm) =>
      hypervisor
        .get(vm)
        .monitor.execute('object-del', { id: credentialsId })
        .then(
          () => true,
          () => false,
        ),
    freezeMachine: (vm) => void process.kill(hypervisor.get(vm).process.identity.pid, 'SIGSTOP'),
    thawMachine: (vm) => void process.kill(hypervisor.get(vm).process.identity.pid, 'SIGCONT'),
    restarted: async () => {
      await close();
      const next = await hostUnderTest(folder, host, qemu, options);
      for (const vm of await next.hypervisor.adopt()) await adopt(next, vm);
      await sweepStreamKeys(next);
      return next;
    },
  };
}
