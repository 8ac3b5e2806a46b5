import type {
  ClusterName,
  Evidence,
  Failure,
  FieldError,
  Finding,
  GuestHardware,
  HandleRecord,
  HostId,
  Instant,
  MigrationEvent,
  MigrationId,
  MigrationPlan,
  MigrationPolicy,
  PhaseReport,
  RehearsalFigures,
  TransferPrediction,
  TransferStatistics,
  VirtualMachineConfiguration,
  VirtualMachineDefinition,
  VmId,
} from '@ferry/domain';
import type { Entrant, LimitsChange } from './migration-queue.ts';

/** What is found out about a VM, without a migration too. */
export type Inspection<Input, Result> = (about: { vm: VmId }, input: Input) => Promise<PhaseReport<Result>>;
/** A phase's input: the plan, and what earlier phases found out. */
export type Phase<Input, Result> = (plan: MigrationPlan, input: Input) => Promise<PhaseReport<Result>>;
type Nothing = Record<string, never>;

/**
 * The phases of the source's agent on its queue `transfer`. All may be started twice: they look first, and go on from what they find.
 *
 * An *armed* phase waits for a fact on its own host. What it waits for is done by the agent itself, from the moment in
 * which the destination was created there, or the transfer begun: these activities only hear of it.
 */
export interface SourceTransferActivities {
  /** Arms the source, begins the transfer, and watches it until the CPUs have stopped (`pre-switchover`). */
  transferMemory: Phase<Listening, Copied>;
  /** Begins the transfer with its gate shut, and watches it until it is known how a migration would go. */
  rehearseMemory: Phase<Listening, RehearsalFigures>;
  /** Armed. Lets QEMU finish, then appends `released`; takes the guest back (`BLACKOUT_TOO_LONG`) if it is not started in time. */
  transferState: Phase<
    Nothing,
    { generation: number; stoppedAt: Instant; releasedAt: Instant; statistics: TransferStatistics }
  >;
  /** Armed. Ends the old process, its tap and its files, once the record says that another host owns the guest. */
  retireSource: Phase<Nothing, { retired: boolean }>;
}

/** The configuration as the source hands it over, with its public key; null where the stream is to be in plain text. */
export interface HandedConfiguration {
  configuration: VirtualMachineConfiguration;
  /** What the guest runs on; the destination has to have built the same before it is sent anything. */
  hardware: GuestHardware;
  streamKey: string | null;
}

/** Where the destination listens, and its public key; null where the stream is to be in plain text. */
export interface Listening {
  uri: string;
  streamKey: string | null;
}

/** What was seen of the copying of memory. */
export interface Copied {
  rounds: number;
  transferredBytes: number;
  /** The most that was taken from the guest so that the transfer kept up; left out where nothing was. */
  throttlePercent?: number;
  /** To which the policy's last resort has widened the downtime limit. */
  widenedDowntimeLimitMs?: number;
  /** By what was measured of the guest's memory; left out where it was over before that. */
  prediction?: TransferPrediction;
}

/** The phases of the destination's agent on its queue `transfer`. */
export interface DestinationTransferActivities {
  /**
   * Starts QEMU with `-S -incoming defer`, holds what it has built against the source's hardware (`CONFIGURATION_DIFFERS`),
   * and arms the destination; answers where it listens.
   */
  createDestination: Phase<HandedConfiguration, Listening>;
  /** Armed. Appends `started` when its QEMU has the whole state and the record is `released` to it: the pivot. */
  transferStorage: Phase<Nothing, { generation: number; startedAt: Instant }>;
  /** Armed. Starts the CPUs, unless the guest was paused when it left: then `runningAt` is when it became this host's. */
  bringOnline: Phase<Nothing, { runningAt: Instant; paused: boolean }>;
  /** Armed. Announces a guest that runs until the fabric forwards to its new port. */
  redirectNetwork: Phase<Nothing, { ports: string[] }>;
}

/** Short deeds of any agent on its queue `control`. */
export interface HostControlActivities {
  /**
   * Preflight at the source: everything that has to hold there. Finding out and reading the configuration cost one visit.
   * `predictFor`: judges by these values of a policy, and else by the VM's own, what the guest does to its memory, and
   * waits for a measure where there is none.
   */
  inspectSource: Inspection<{ predictFor?: Partial<MigrationPolicy> }, SourceInspection>;
  /** Preflight at the destination, with what the source said. */
  inspectDestination: Inspection<Arrival, { findings: Finding[] }>;
  /** Preflight's first visit to a host: `inspectSource` of each of these VMs, predicted by its own policy, and `listenForProbes` unless there are none. */
  firstVisit(input: { vms: VmId[]; probes: number }): Promise<Told>;
  /** Its second: `inspectDestination` of each of these VMs, as if it came alone, and `probe`. All in the order of what was asked. */
  secondVisit(input: { arrivals: Arrival[]; targets: ProbeTarget[] }): Promise<Compared>;
  /** Preflight at the destination: listens as for a stream, until so many probes have come or some seconds have passed. */
  listenForProbes(input: { probes: number }): Promise<Listened>;
  /** Preflight at the source: connects to where each destination listens, by the way that a stream would take. */
  probe(input: { targets: ProbeTarget[] }): Promise<Finding[][]>;
  /** Reads the configuration from the running VM (`DEVICE_NOT_MOVABLE`), and makes the source's key of the stream. */
  transferConfiguration: Phase<Nothing, HandedConfiguration>;
  /** Gives the transfer up and takes the guest back, if by the record it is still this host's to take. */
  withdraw(plan: MigrationPlan, input: { reason: string }): Promise<Withdrawal>;
  /** Removes the source's key of a stream that will never begin. Idempotent. */
  forgetStreamKey(plan: MigrationPlan): Promise<void>;
  /**
   * Puts the plan's gate and policy into force on the transfer, now or, if it has not begun, from its beginning. Shutting
   * the gate, or a stated downtime that is too short, is refused with `SWITCHOVER_BEGUN` or `DOWNTIME_TOO_SHORT`.
   */
  steer(plan: MigrationPlan, input: { force: boolean }): Promise<void>;
  /** Destroys what was built of the destination VM, after asking the record again. Idempotent. */
  discardDestination(plan: MigrationPlan): Promise<{ discarded: boolean; explanation: string }>;
  /** Says what this host knows of a migration, whatever has become of it. */
  gatherEvidence(plan: MigrationPlan): Promise<Evidence>;
  /** Does what a person has decided: the guest is this host's. `NOTHING_TO_ASSIGN` at a destination whose copy is not whole, `FENCE_FAILED` where the other host can't be cut off. */
  assign(plan: MigrationPlan, input: AssignInput): Promise<Assignment>;
  startVirtualMachine(input: StartVirtualMachine): Promise<{ vm: VmId; host: HostId; generation: number }>;
  /** Ends the guest and appends `stopped`. */
  stopVirtualMachine(input: { vm: VmId }): Promise<{ vm: VmId; host: HostId; generation: number }>;
}

/** What a source finds out about one of its VMs. */
export interface SourceInspection {
  findings: Finding[];
  /** Null where there is no VM to read it from. */
  configuration: VirtualMachineConfiguration | null;
  host: HostFacts;
}

/** A VM that might come, and what its source has said of itself. */
export interface Arrival {
  configuration: VirtualMachineConfiguration;
  source: HostFacts;
}

/** Where a destination listens for a probe, and the words by which the two know each other. */
export interface ProbeTarget {
  host: HostId;
  address: string;
  port: number;
  question: string;
  answer: string;
}

/** No target where the host can't listen on its migration address. */
export type Listened = { target: ProbeTarget } | { target: null; findings: Finding[] };

/** What a host has told of what it was asked, in that order. */
export interface Told {
  inspections: SourceInspection[];
  /** Null where no probe is to come. */
  listened: Listened | null;
}

/** What a host has found of what might come, and of the ways that it has tried, each in the order of the question. */
export interface Compared {
  arrivals: Finding[][];
  targets: Finding[][];
}

/** What one host has to know of the other to compare itself. */
export interface HostFacts {
  host: HostId;
  /** The cluster that it is a member of. */
  cluster: ClusterName | null;
  hypervisor: { type: string; version: string };
  /** Its agent's `AGENT_PROTOCOL`; left out by agents that had none yet. */
  protocol?: number;
  cpuVendor: string;
  /** What its clock says now. */
  at: Instant;
  /** The virtual networks that the VM is on: the largest packet each carries, in bytes; null where it is not there. */
  mtus: Record<string, number | null>;
  /** What its witness says of the VM; null where it can't be reached, or says nothing. */
  record: HandleRecord | null;
  /** What this host has just written to its storage pool; null where it could not, or the VM has nothing there. */
  mark: PoolMark | null;
}

/** Who reads a host's mark in a storage pool has the same pool. */
export interface PoolMark {
  host: HostId;
  /** Of the agent that made it. */
  life: string;
  /** Its marks, counted: a later one in its place is as good. */
  count: number;
}

export interface StartVirtualMachine {
  definition: VirtualMachineDefinition;
  /** A saved state in the storage pool to go on from, instead of booting. */
  savedState: string | null;
}

/** What a failed activity says beside its code and its words: Temporal's `details`, the first of them. */
export interface FailureDetails {
  fields?: readonly FieldError[];
  /** The number of the attempt that failed. */
  attempts?: number;
}

/** Who has decided, and why. */
export interface AssignInput {
  by: string;
  reason: string;
  /** The generation of the record by which it was decided, as this host had read it; 0 without one, null where it could not tell. Older workflows say nothing of it. */
  heard?: number | null;
}

/** What a decision led to: the guest runs on the host that was named, or has ended there. */
export interface Assignment {
  runs: boolean;
  generation: number;
  /** The disks from which the other host was cut off before; of the rest a person has made certain. */
  cutOff: string[];
}

/**
 * - `kept`: the guest runs on at the source
 * - `moved`: it is another host's; only forward is left
 * - `released`: it is gone from the source, and the destination has not said yet whether it starts it
 * - `ended`: the guest ended at the source, and no other copy of it is whole
 */
export interface Withdrawal {
  outcome: 'kept' | 'moved' | 'released' | 'ended';
  owner: HostId | null;
  generation: number;
  explanation: string;
  /** Why the source had given the transfer up by itself, before it was asked to. */
  failure?: Failure;
}

/** Activities of the worker, on the control-plane queue: they reach Postgres and Temporal. */
export interface ControlPlaneActivities {
  /** Writes events to Postgres. Storing one twice changes nothing; an error means that none of them is certain to be there. */
  recordEvents(events: MigrationEvent[]): Promise<void>;
  /** Adds a change of the limits to the audit history. */
  recordLimitsChange(change: LimitsChange): Promise<void>;
  /** Starts the queue unless it runs: with the limits that it had, and the places that migrations hold. */
  startMigrationQueue(): Promise<void>;
  /** Which of these runs of migrations have ended, in whatever way. */
  findEnded(places: Pick<Entrant, 'migration' | 'vm' | 'run'>[]): Promise<MigrationId[]>;
}
