import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type VirtualMachineDefinition, type VmId, type VmStatus } from '@ferry/domain';
import type { AgentServices } from '../../agent-services.ts';
import type { Port, VirtualNetworks } from '../../network/port.ts';
import { CopyGone, type Hypervisor, type HypervisorFacts } from '../port.ts';
import { commandLine, pathsOf, type CommandLineInput } from './command-line.ts';
import { QemuDestination } from './destination.ts';
import { askFacts } from './facts.ts';
import { vmStatusOf } from './inspect.ts';
import { MachineFolder } from './machine-folder.ts';
import { Machine } from './machine.ts';
import { QemuPostCopy } from './post-copy.ts';
import { QemuProcess } from './process.ts';
import { shortenConsole } from './shorten-console.ts';
import { QemuSource } from './source.ts';
import type { Storage } from '../../storage/storage.ts';

/** QEMU says nothing when it has loaded a saved state, so it is asked. */
const loadingPollMs = 10;
const consolesEveryMs = 5_000;

export interface QemuHypervisorOptions {
  /** The program: a name on the path, or a path. */
  qemu: string;
  accelerator: 'kvm' | 'tcg';
  /** A real path: processes are found by it. */
  runDirectory: string;
  migrationAddress: string;
  storage: Storage;
  networks: VirtualNetworks;
  /** Whether images are locked. False where the pool's storage can't: then the handle alone keeps a second writer away. */
  imageLocks: boolean;
  log: Pick<AgentServices['log'], 'warn'>;
}

interface Launch {
  machineType: string;
  incoming: CommandLineInput['incoming'];
  savedState: string | null;
}

/** The hypervisor port on QEMU over QMP. */
export class QemuHypervisor implements Hypervisor {
  readonly source: QemuSource;
  readonly destination: QemuDestination;
  readonly postCopy: QemuPostCopy;
  readonly #options: QemuHypervisorOptions;
  readonly #machines = new Map<VmId, Machine>();
  readonly #listeners: ((vm: VmId, lastWords: string) => void)[] = [];
  readonly #consoles: NodeJS.Timeout;
  #facts: Promise<HypervisorFacts> | null = null;

  constructor(options: QemuHypervisorOptions) {
    this.#options = options;
    this.#consoles = setInterval(() => this.#shortenConsoles(), consolesEveryMs).unref();
    this.source = new QemuSource(this, options);
    this.postCopy = new QemuPostCopy(this, options.networks);
    this.destination = new QemuDestination({
      find: (vm) => this.find(vm),
      get: (vm) => this.get(vm),
      launch: ({ definition, machineType }) =>
        this.#launch(definition, { machineType, incoming: 'defer', savedState: null }),
      networks: options.networks,
      storage: options.storage,
      migrationAddress: options.migrationAddress,
    });
  }

  facts(): Promise<HypervisorFacts> {
    const { qemu, accelerator, runDirectory } = this.#options;
    this.#facts ??= askFacts(qemu, accelerator, runDirectory).catch((error: unknown) => {
      this.#facts = null;
      throw error;
    });
    return this.#facts;
  }

  async adopt(): Promise<VmId[]> {
    const ports: Port[] = [];
    for (const folder of await MachineFolder.list(this.#options.runDirectory)) {
      const note = await folder.note();
      // Without a note nothing had been started yet.
      if (!note) {
        await folder.remove();
        continue;
      }
      // A process that is gone is adopted too: its end is what there is to be told.
      const identity = (await folder.process()) ?? { pid: 0, startTime: '' };
      this.#register(new Machine(folder, note, QemuProcess.adopt(identity, folder.path)));
      ports.push(...note.ports);
    }
    await this.#options.networks.removeLeftovers(ports);
    return this.list();
  }

  list(): VmId[] {
    return [...this.#machines.keys()];
  }

  definitionOf(vm: VmId): VirtualMachineDefinition | null {
    return this.find(vm)?.definition ?? null;
  }

  async status(vm: VmId): Promise<VmStatus> {
    const condition = (await this.find(vm)?.condition()) ?? 'gone';
    if (condition === 'gone') return 'stopped';
    return condition === 'silent' ? 'unknown' : vmStatusOf(condition.runState, condition.migration);
  }

  async build(definition: VirtualMachineDefinition, { savedState }: { savedState: string | null }): Promise<void> {
    const incoming = savedState === null ? null : 'fd:3';
    const { monitor } = await this.#launch(definition, { machineType: definition.machine.type, incoming, savedState });
    if (incoming === null) return;
    while ((await monitor.execute('query-status', {})).status === 'inmigrate') await pause(loadingPollMs);
  }

  async end(vm: VmId, how: 'in-order' | 'at-once' = 'in-order'): Promise<void> {
    const machine = this.find(vm);
    if (machine) await this.#end(machine, how);
  }

  async forgetSecret(vm: VmId): Promise<void> {
    await this.find(vm)?.credentials.remove();
  }

  onGone(listener: (vm: VmId, lastWords: string) => void): void {
    this.#listeners.push(listener);
  }

  lifetime(vm: VmId): AbortSignal {
    return this.find(vm)?.lifetime ?? AbortSignal.abort(new CopyGone(vm, 'this host has no copy of it'));
  }

  async lastWords(vm: VmId): Promise<string> {
    return (await this.find(vm)?.process.lastWords()) ?? '';
  }

  close(): Promise<void> {
    clearInterval(this.#consoles);
    for (const machine of this.#machines.values()) machine.close();
    return Promise.resolve();
  }

  /** For the two sides of this driver. */
  find(vm: VmId): Machine | null {
    return this.#machines.get(vm) ?? null;
  }

  get(vm: VmId): Machine {
    const machine = this.find(vm);
    if (!machine) throw new CopyGone(vm, 'this host has no copy of it');
    return machine;
  }

  async #launch(definition: VirtualMachineDefinition, launch: Launch): Promise<Machine> {
    const { qemu, accelerator, runDirectory, storage, networks, imageLocks } = this.#options;
    const { pool } = storage;
    const [paths, volumes] = await Promise.all([
      Promise.all(pathsOf(definition).map(async (path) => [path, await pool.resolve(path)] as const)),
      Promise.all(definition.disks.map((disk) => storage.locate(disk))),
    ]);
    const savedState = launch.savedState === null ? null : await pool.open(launch.savedState);
    const folder = new MachineFolder(runDirectory, definition.id);
    let ports: Port[] = [];
    try {
      ports = await networks.attach(definition);
      const note = { definition, ports, volumes };
      await folder.make(note);
      const found = { paths: new Map(paths), volumes };
      const args = commandLine({ ...launch, ...found, definition, accelerator, ports, imageLocks });
      const process = await QemuProcess.start(networks.inside([qemu, ...args]), folder.path, savedState?.fd ?? null);
      const machine = new Machine(folder, note, process);
      this.#register(machine);
      await Promise.all([folder.remember(process.identity), machine.monitor.client()]);
      return machine;
    } catch (error) {
      const machine = this.find(definition.id);
      const reason = await failure(error, machine);
      if (machine) await this.#end(machine, 'at-once');
      else await Promise.all([networks.detach(ports), folder.remove()]);
      throw reason;
    } finally {
      await savedState?.close();
    }
  }

  #shortenConsoles(): void {
    for (const { vm, ending, folder } of this.#machines.values()) {
      if (ending) continue;
      shortenConsole(folder.path).catch((error: unknown) =>
        this.#options.log.warn({ vm, error }, 'its console could not be made shorter'),
      );
    }
  }

  #register(machine: Machine): void {
    this.#machines.set(machine.vm, machine);
    void machine.monitor.gone.then(({ lastWords }) => {
      if (machine.ending) return;
      for (const listener of this.#listeners) listener(machine.vm, lastWords);
    });
  }

  async #end(machine: Machine, how: 'in-order' | 'at-once'): Promise<void> {
    machine.ending = true;
    try {
      // A guest that is to end in order may still send its last words.
      if (how === 'in-order') await machine.process.end(how);
      await Promise.all([machine.process.end(how), this.#options.networks.detach(machine.ports)]);
    } catch (error) {
      // It lives on, and when it ends after all somebody has to be told.
      machine.ending = false;
      throw error;
    }
    machine.close();
    await machine.folder.remove();
    if (this.find(machine.vm) === machine) this.#machines.delete(machine.vm);
  }
}

/** Why a start failed: QEMU's own words, where it has ended. */
async function failure(error: unknown, machine: Machine | null): Promise<unknown> {
  if (error instanceof FerryError && error.code !== 'HYPERVISOR_SILENT') return error;
  const words = (await machine?.process.lastWords()) ?? '';
  const detail = words === '' ? String(error) : words;
  return new FerryError('HYPERVISOR_FAILED', `QEMU did not start: ${detail}`, { cause: error });
}
