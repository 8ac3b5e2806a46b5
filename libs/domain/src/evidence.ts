import type { HandleRecord } from './handle.ts';
import type { HostId, Instant } from './identifiers.ts';
import type { TransferProgress } from './progress.ts';

/** What one host knows of a migration and its VM, as it says itself: for a person who has to decide. */
export interface Evidence {
  host: HostId;
  at: Instant;
  /** The record on the witness, as this host reads it. */
  record: HandleRecord | 'unreachable' | null;
  /** This host's copy of the guest, in the words of its side's decision table. */
  copy: string;
  /** What the host would do if the migration were called off now, and why. */
  ruling: { decision: string; reason: string };
  /** How far the transfer has come, where there is one. */
  progress: TransferProgress | null;
  /** What the hypervisor wrote last on its error stream. */
  lastWords: string;
  /** The last entries of the migration's journal, the newest last. */
  journal: { at: Instant; name: string }[];
}

/** A host's evidence, or why there is none. */
export type Testimony = { host: HostId; evidence: Evidence } | { host: HostId; silence: string };
