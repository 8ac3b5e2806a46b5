import type {
  DestinationCopy,
  Gate,
  Instant,
  MemoryLoad,
  MigrationPolicy,
  SourceCopy,
  TransferProgress,
  TransferStatistics,
  VirtualMachineDefinition,
  VirtualMachineDescription,
  VmId,
  VmStatus,
} from '@ferry/domain';

/**
 * What the agent asks of a hypervisor. A driver is one folder beside this file; its protocol, sockets and process ids
 * stay in there. Everything is asked of the host and nothing remembered; whatever may be called twice is idempotent.
 * Refusals are `HYPERVISOR_FAILED`, silence is `HYPERVISOR_SILENT`, and a copy that ended meanwhile is `CopyGone`.
 */
export interface Hypervisor {
  readonly source: SourceSide;
  readonly destination: DestinationSide;
  readonly postCopy: PostCopy;
  /** What this host's hypervisor is and can; asked once and kept. */
  facts(): Promise<HypervisorFacts>;
  /** Finds the copies that were running before this agent did. */
  adopt(): Promise<VmId[]>;
  /** The VMs of which this host has, or had until they are ended, a copy. */
  list(): VmId[];
  definitionOf(vm: VmId): VirtualMachineDefinition | null;
  status(vm: VmId): Promise<VmStatus>;
  /** Builds a VM whose CPUs stand still until `source.resume`. */
  build(definition: VirtualMachineDefinition, options: { savedState: string | null }): Promise<void>;
  /**
   * Ends the copy, whatever it is, and removes what it had on this host. Authority is the caller's business.
   * `at-once`: for one that does not write its disks (any more), so there is nothing to bring in order.
   */
  end(vm: VmId, how?: 'in-order' | 'at-once'): Promise<void>;
  /** Removes what the copy still has of the secret of a transfer that is over. */
  forgetSecret(vm: VmId): Promise<void>;
  /** Calls the listener when a copy's process has ended by itself. */
  onGone(listener: (vm: VmId, lastWords: string) => void): void;
  /** Aborted with `CopyGone` when the copy's process has ended. */
  lifetime(vm: VmId): AbortSignal;
  /** What the copy's process wrote last on its error stream; empty without a copy. */
  lastWords(vm: VmId): Promise<string>;
  /** Lets go of all copies; they run on. */
  close(): Promise<void>;
}

export interface HypervisorFacts {
  type: 'qemu' | 'simulator';
  version: string;
  accelerator: string;
  machineTypes: ReadonlySet<string>;
  /** What a live migration needs, and this hypervisor does not have. */
  lacks: readonly string[];
  /** Why no guest can come here by post-copy, in the hypervisor's words; null where one can. */
  postCopyObstacle: string | null;
  /** CPU model → the features it has and this host can't give. */
  cpuModels: ReadonlyMap<string, readonly string[]>;
}

/**
 * How far the transfer out of a copy has come.
 * - `held`: the CPUs stand still, and it waits for `proceed`
 * - `finishing`: the rest of the state is on its way; it may yet resume by itself
 * - `settled`: all is handed over, and the copy can't run by itself any more
 * - `serving`: post-copy: all but part of the memory is handed over, and the copy can't run by itself any more
 */
export type TransferStage =
  'idle' | 'copying' | 'held' | 'finishing' | 'serving' | 'settled' | 'failed' | 'cancelled' | 'unknown';

/** What both ends have to know for a stream between them, as hexadecimal digits. Null only where the policy says `plain-text`. */
export type StreamSecret = string;

export interface OutgoingTransfer {
  /** Where the destination listens. */
  uri: string;
  policy: MigrationPolicy;
  gate: Gate;
  secret: StreamSecret | null;
}

export interface Obstacles {
  /** Devices that can't migrate, and whatever else the hypervisor says. */
  blocked: string[];
  /** Disks whose failure has made the guest stand still. */
  failed: string[];
  /** Jobs in progress. */
  jobs: string[];
}

export interface SourceSide {
  inspect(vm: VmId): Promise<Exclude<SourceCopy, 'died' | 'vanished'>>;
  /** What the VM is now, by its hypervisor's word; also what was plugged in or taken out while it ran. */
  describe(vm: VmId): Promise<VirtualMachineDescription>;
  /** Why it can't be moved now. */
  obstacles(vm: VmId): Promise<Obstacles>;
  /** Measures what the guest does to its memory: a first figure is there after a second, all of it some seconds later, when it resolves. */
  measureMemory(vm: VmId): Promise<void>;
  /** What was measured last; null if nothing was by this agent. */
  memoryLoad(vm: VmId): MemoryLoad | null;
  /** Begins the transfer and returns at once. With the gate shut it does not switch over, whatever the guest does. */
  start(vm: VmId, transfer: OutgoingTransfer): Promise<void>;
  /** Breaks the transfer's connection off unless it has left its set-up within so long. Answers whether it has left it. */
  boundSetUp(vm: VmId, uri: string, withinMs: number): Promise<boolean>;
  /**
   * Lets the transfer under way switch over within these limits: at its best moment, by `downtimeWithin`, or forced, at the
   * first within the downtime limit: by a person, or since its policy's patience is over.
   */
  open(vm: VmId, limits: MigrationPolicy, how?: { force: boolean }): Promise<void>;
  /** Keeps the transfer under way from switching over; answers whether that came in time. */
  shut(vm: VmId): Promise<boolean>;
  /** Keeps the copy fresh behind a shut gate, with less than 1 % of the bandwidth after the first pass: to be called a few times a second. */
  breathe(vm: VmId, limits: MigrationPolicy): Promise<void>;
  /** The stage as the hypervisor told it last. */
  stage(vm: VmId): TransferStage;
  /** Waits for one of the stages. Rejects with `CopyGone`, or with the signal's reason. */
  reach(vm: VmId, stages: readonly TransferStage[], signal: AbortSignal): Promise<TransferStage>;
  /** The second pass over the memory has begun: the switchover may be near. */
  secondPass(vm: VmId, signal: AbortSignal): Promise<void>;
  /** The CPUs have been stopped for the switchover. */
  halted(vm: VmId, signal: AbortSignal): Promise<void>;
  progress(vm: VmId): Promise<TransferProgress>;
  statistics(vm: VmId): Promise<TransferStatistics>;
  /** The transfer failed before it had sent anything: the other end was not there, or not who it should be. */
  wasRefused(vm: VmId): boolean;
  /** Why the transfer failed, in the hypervisor's words, for people. */
  failureText(vm: VmId): Promise<string>;
  /** When its CPUs stopped last, by the hypervisor's clock. */
  stoppedAt(vm: VmId): Instant | null;
  /** From `held` on to the end. */
  proceed(vm: VmId): Promise<void>;
  /** Breaks the transfer's connection; works also where the hypervisor waits for the other end and answers nothing. Returns when the transfer is over. */
  sever(vm: VmId): Promise<void>;
  /** Gives the transfer up, as far as it still can be; returns when it is over, and says nothing of the outcome: inspect. */
  cancel(vm: VmId): Promise<void>;
  /** Starts the CPUs. Only after the record says so. */
  resume(vm: VmId): Promise<void>;
}

export interface DestinationSide {
  /** Whether one that has settled has run here the hypervisor does not know. */
  inspect(vm: VmId): Promise<Exclude<DestinationCopy, 'halted'>>;
  /**
   * Builds a copy that waits for the transfer; the driver chooses where it listens. Throws `CONFIGURATION_DIFFERS` where the
   * guest would not find there the hardware that it runs on; then it listens nowhere.
   */
  create(
    handed: Pick<VirtualMachineDescription, 'configuration' | 'hardware'>,
    policy: MigrationPolicy,
    secret: StreamSecret | null,
  ): Promise<{ uri: string }>;
  /** Waits until the copy could run, in post-copy with part of its memory. Rejects with `CopyGone`, or with the signal's reason. */
  settled(vm: VmId, signal: AbortSignal): Promise<'settled' | 'fetching'>;
  /** Whether the copy's process is there this very moment: one look, cheap enough for the blackout. */
  isThere(vm: VmId): boolean;
  /** Starts the CPUs, and says when. Only after `started`. */
  run(vm: VmId): Promise<{ runningAt: Instant }>;
  /** Tells the fabric where the guest is, and waits until it forwards there. */
  announce(vm: VmId, signal: AbortSignal): Promise<{ ports: string[] }>;
}

/** Post-copy, at either end of it. */
export interface PostCopy {
  /** Tells the source to hand the guest over before all of its memory has moved; it stops its CPUs for that as always. */
  begin(vm: VmId): Promise<void>;
  /**
   * `severed`: the connection has broken, and the hypervisor waits for another. One that waits itself for memory that has
   * not come does not say; what is below works all the same.
   */
  connection(vm: VmId): Promise<'there' | 'severed'>;
  /** For how many milliseconds the destination has received nothing; null without a connection. */
  silentMs(vm: VmId, uri: string): Promise<number | null>;
  /** Breaks the connection: each end has to have lost the old one before it takes another. */
  sever(vm: VmId): Promise<void>;
  /** Lets the destination wait at the same address for the source to come again. */
  listenAgain(vm: VmId, uri: string): Promise<void>;
  /** Lets the source try once to connect again; whether it worked `connection` tells. */
  connectAgain(vm: VmId, uri: string): Promise<void>;
}

/** A copy's process ended. `lastWords` is what it left on its error stream. */
export class CopyGone extends Error {
  override readonly name = 'CopyGone';
  readonly lastWords: string;
  constructor(vm: VmId, lastWords: string) {
    super(`the process of ${vm} has ended${lastWords === '' ? '' : `: ${lastWords}`}`);
    this.lastWords = lastWords;
  }
}
