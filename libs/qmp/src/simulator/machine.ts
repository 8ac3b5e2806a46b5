import { LockFile } from '@ferry/processes';
import type { Events, RunState } from '../protocol.ts';
import type { BlockNode, MachineConfiguration } from './command-line.ts';
import { CommandError } from './command-error.ts';
import { Faults } from './faults.ts';
import { type CounterState, GuestDisk } from './guest-disk.ts';
import { type Dirtying, GuestMemory } from './guest-memory.ts';
import { RunLog } from './run-log.ts';

const countEveryMs = 50;
/** The longer its disk tells a guest nothing, the less often it looks, up to this; of stand-ins there may be hundreds. */
const looksAtLeastEveryMs = 16_000;

/** What a migration carries besides memory: the guest as far as it is modelled. */
export interface GuestState {
  clockNs: string;
  running: boolean;
  dirtying: Dirtying;
  counter?: CounterState;
}

/** One modelled VM: its run state, its guest's clock, memory and disk. */
export class Machine {
  readonly configuration: MachineConfiguration;
  readonly memory: GuestMemory;
  readonly faults: Faults;
  readonly #disk: GuestDisk | undefined;
  /** QEMU holds a kernel lock, which Node can't take. */
  readonly #locks = new Map<BlockNode, LockFile>();
  readonly #runLog: RunLog;
  readonly #emit: (name: string, data: object) => void;
  #state: RunState = 'prelaunch';
  #autostart: boolean;
  #clockNs = 0n;
  #runningSince: bigint | undefined;
  #counting: NodeJS.Timeout | undefined;

  constructor(configuration: MachineConfiguration, emit: (name: string, data: object) => void) {
    this.configuration = configuration;
    this.#emit = emit;
    this.#autostart = !configuration.startPaused;
    this.memory = new GuestMemory(configuration.memoryBytes);
    const files = configuration.blockNodes.filter((node) => node.driver === 'file' && node.filename !== undefined);
    const [image] = files.map((node) => node.filename);
    this.#disk = image === undefined ? undefined : new GuestDisk(image);
    for (const node of files) this.#watch(node);
    this.#runLog = new RunLog(image);
    this.faults = new Faults(image);
    if (configuration.incoming !== undefined) this.#state = 'inmigrate';
  }

  get runState(): RunState {
    return this.#state;
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  /** The guest's own clock: it stands while the CPUs do. */
  get guestNs(): bigint {
    return this.#clockNs + (this.#runningSince === undefined ? 0n : process.hrtime.bigint() - this.#runningSince);
  }

  emit<E extends keyof Events>(name: E, data: Events[E]): void {
    this.#emit(name, data);
  }

  /** What QEMU does after it has read its command line, when nothing is to come in. */
  powerOn(): void {
    this.activateImages();
    if (this.#autostart) this.#run();
  }

  cont(): void {
    if (this.#state === 'finish-migrate') throw new CommandError('Migration is not finalized yet');
    if (this.running) return;
    this.activateImages();
    if (this.#state === 'inmigrate') this.#autostart = true;
    else this.#run();
  }

  stop(): void {
    if (this.#state === 'inmigrate') this.#autostart = false;
    else if (this.running) this.#halt('paused');
  }

  /** The source's CPUs stop for the last round. Returns whether they ran. */
  haltForSwitchover(): boolean {
    const ran = this.running;
    if (ran) this.#halt('finish-migrate');
    else this.#state = 'finish-migrate';
    return ran;
  }

  /** The migration did not come to its end: the source goes on as before, all by itself. */
  backToBefore(ran: boolean): void {
    try {
      this.activateImages();
    } catch (error) {
      // QEMU starts the CPUs all the same; their writes then find no image.
      process.stderr.write(`qemu-system-x86_64: ${(error as Error).message}\n`);
    }
    if (ran) this.#run();
    else if (this.#state === 'finish-migrate') this.#state = 'postmigrate';
  }

  /** The guest was called back out of post-copy: QEMU does not start its CPUs by itself. */
  stayBehind(): void {
    this.#state = 'postmigrate';
  }

  settleAsSource(): void {
    this.#state = 'postmigrate';
  }

  /** The whole state has come in. Whether it runs on is the source's former state and this side's `-S` and `cont`. */
  settleAsDestination(guest: GuestState, lateActivation: boolean): void {
    this.#clockNs = BigInt(guest.clockNs);
    this.memory.dirtying = guest.dirtying;
    if (this.#disk) this.#disk.state = guest.counter;
    if (!lateActivation) this.activateImages();
    this.#state = 'paused';
    if (!this.#autostart || !guest.running) return;
    this.activateImages();
    this.#run();
  }

  guestState(ran: boolean): GuestState {
    const counter = this.#disk?.state;
    return { clockNs: String(this.guestNs), running: ran, dirtying: this.memory.dirtying, ...(counter && { counter }) };
  }

  /** Throws, as QEMU does, when another process has the image. */
  activateImages(): void {
    if (![...this.#locks.values()].every((lock) => lock.take())) throw new CommandError('Failed to get "write" lock');
    this.#disk?.open();
  }

  /** Lets go of the images, so that the other side may have them. */
  inactivateImages(): void {
    this.#disk?.close();
    for (const lock of this.#locks.values()) lock.release();
  }

  /** An image that was added at run time. */
  takeImage(node: BlockNode): void {
    this.#watch(node);
    if (this.#locks.get(node)?.take() === false) {
      this.#locks.delete(node);
      throw new CommandError('Failed to get "write" lock');
    }
  }

  letGoOfImage(node: BlockNode): void {
    this.#locks.get(node)?.release();
    this.#locks.delete(node);
  }

  #watch(node: BlockNode): void {
    if (node.driver === 'file' && node.filename !== undefined && node.locking)
      this.#locks.set(node, new LockFile(`${node.filename}.simulator-lock`));
  }

  powerOff(guest: boolean, reason: Events['SHUTDOWN']['reason']): void {
    if (this.running) this.#freeze();
    this.#state = 'shutdown';
    this.emit('SHUTDOWN', { guest, reason });
    this.inactivateImages();
  }

  #run(): void {
    this.#runLog.tell('runs');
    this.#state = 'running';
    this.#runningSince = process.hrtime.bigint();
    this.#countAfter(countEveryMs);
    this.emit('RESUME', {});
  }

  #halt(state: RunState): void {
    this.#freeze();
    this.#state = state;
    this.emit('STOP', {});
  }

  #freeze(): void {
    clearTimeout(this.#counting);
    if (this.#runningSince !== undefined) this.#runLog.tell('stands');
    this.#clockNs = this.guestNs;
    this.#runningSince = undefined;
  }

  #countAfter(ms: number): void {
    const next = () => (this.#count() ? countEveryMs : Math.min(2 * ms, looksAtLeastEveryMs));
    this.#counting = setTimeout(() => this.#countAfter(next()), ms);
  }

  /** Answers whether the guest's disk has told it who it is: it waits for that, and does nothing before. */
  #count(): boolean {
    if (!this.#disk) return false;
    // A guest reads its personality when it boots.
    const personal = this.#disk.state ? undefined : this.#disk.dirtying;
    if (personal && personal.mibPerSecond > 0) this.memory.dirtying = personal;
    this.#disk.count(this.guestNs);
    return this.#disk.state !== undefined;
  }
}
