import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isName, type VirtualMachineDefinition, type VmId } from '@ferry/domain';
import { isAlive, type ProcessIdentity } from '@ferry/processes';
import type { Port } from '../../network/port.ts';
import type { Volume } from '../../storage/port.ts';
import { findByDirectory } from './find-by-directory.ts';

/** What is written down of a VM's copy on this host, so that the next agent finds it. */
export interface MachineNote {
  definition: VirtualMachineDefinition;
  ports: Port[];
  /** What its disks lay on when it was started, in their order; older agents wrote down none. */
  volumes?: Volume[];
}

/** The folder of a VM in the run directory: its process runs there. */
export class MachineFolder {
  readonly vm: VmId;
  readonly path: string;

  constructor(runDirectory: string, vm: VmId) {
    this.vm = vm;
    this.path = join(runDirectory, vm);
  }

  /** Folders of VMs; other names in the run directory begin with a dot, which a VM's can't. */
  static async list(runDirectory: string): Promise<MachineFolder[]> {
    const names = await readdir(runDirectory).catch(() => []);
    return names.filter(isName).map((name) => new MachineFolder(runDirectory, name));
  }

  async make(note: MachineNote): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await this.#write('machine.json', note);
  }

  remember(process: ProcessIdentity): Promise<void> {
    return this.#write('process.json', process);
  }

  note(): Promise<MachineNote | null> {
    return this.#read<MachineNote>('machine.json');
  }

  /** The VM's living process. */
  async process(): Promise<ProcessIdentity | null> {
    const remembered = await this.#read<ProcessIdentity>('process.json');
    if (remembered && isAlive(remembered)) return remembered;
    return findByDirectory(this.path);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  async #write(name: string, content: object): Promise<void> {
    const draft = join(this.path, `.${randomUUID()}`);
    await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
    await rename(draft, join(this.path, name));
  }

  /** What a loss of power has left empty or cut off was never written: its process is gone with the power. */
  async #read<T>(name: string): Promise<T | null> {
    try {
      return JSON.parse(await readFile(join(this.path, name), 'utf8')) as T;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
