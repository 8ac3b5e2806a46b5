import type { HostId, Instant, MigrationId, VmId } from './identifiers.ts';

/** What the hypervisor says of a transfer under way. */
export interface TransferProgress {
  /** The driver's own word for its state, for people. */
  status: string;
  transferredBytes: number;
  remainingBytes: number;
  totalBytes: number;
  /** Passes over the memory so far. */
  rounds: number;
  bytesPerSecond: number;
  dirtyBytesPerSecond: number;
  /** Part of its processor time that is taken from the guest so that the transfer keeps up. */
  throttlePercent: number;
  /** What a switchover would cost by QEMU's estimate. */
  expectedDowntimeMs: number | null;
}

/** A transfer's figures once it is over. */
export interface TransferStatistics {
  /** CPUs stopped at the source until the state had been sent, as QEMU measured it. */
  downtimeMs: number;
  totalMs: number;
  setupMs: number;
  transferredBytes: number;
  rounds: number;
}

/** One progress message from the source's agent. */
export interface MigrationProgress extends TransferProgress {
  migration: MigrationId;
  vm: VmId;
  host: HostId;
  at: Instant;
}
