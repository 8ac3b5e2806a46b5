import type { VmId, VirtualMachineDefinition } from '@ferry/domain';
import type { MigrationInfo, MigrationStatus, RunState } from '@ferry/qmp';
import type { Port } from '../../network/port.ts';
import type { Volume } from '../../storage/port.ts';
import { CopyGone } from '../port.ts';
import { Gate } from './gate.ts';
import { statusOf } from './inspect.ts';
import type { MachineFolder, MachineNote } from './machine-folder.ts';
import { MemoryMeter } from './memory-meter.ts';
import { Monitor } from './monitor.ts';
import type { QemuProcess } from './process.ts';
import { StreamCredentials } from './stream-credentials.ts';

/** What QEMU says of itself, for `inspect.ts`; `gone` and `silent` where it says nothing. */
export type Condition = { runState: RunState; migration: MigrationStatus | 'unknown' } | 'gone' | 'silent';

/** One QEMU of this host: its folder, its process and the connection to it. */
export class Machine {
  readonly vm: VmId;
  readonly folder: MachineFolder;
  readonly definition: VirtualMachineDefinition;
  readonly ports: readonly Port[];
  readonly volumes: readonly Volume[];
  readonly process: QemuProcess;
  readonly monitor: Monitor;
  readonly gate: Gate;
  readonly meter: MemoryMeter;
  readonly credentials: StreamCredentials;
  readonly #lifetime = new AbortController();
  /** Its end is wanted: nobody has to be told of it. */
  ending = false;

  constructor(folder: MachineFolder, note: MachineNote, process: QemuProcess) {
    this.vm = folder.vm;
    this.folder = folder;
    this.definition = note.definition;
    this.ports = note.ports;
    this.volumes = note.volumes ?? [];
    this.process = process;
    this.monitor = new Monitor(folder.vm, folder.path, process);
    this.gate = new Gate(this.monitor);
    this.meter = new MemoryMeter(this.monitor, process.identity.pid, note.definition.memoryKiB);
    this.credentials = new StreamCredentials(this.monitor, folder.path);
    void this.monitor.gone.then((gone) => this.#lifetime.abort(gone));
  }

  /** Aborted with `CopyGone` when it has ended. */
  get lifetime(): AbortSignal {
    return this.#lifetime.signal;
  }

  async condition(): Promise<Condition> {
    try {
      if (!this.process.isAlive()) return 'gone';
      const [{ status }, migration] = await Promise.all([
        this.monitor.execute('query-status', {}),
        this.monitor.execute('query-migrate', {}),
      ]);
      return { runState: status, migration: statusOf(migration) };
    } catch (error) {
      return error instanceof CopyGone ? 'gone' : 'silent';
    }
  }

  migration(): Promise<MigrationInfo> {
    return this.monitor.execute('query-migrate', {});
  }

  /** Lets go of it; it runs on. */
  close(): void {
    this.monitor.close();
    this.process.unwatch();
  }
}
