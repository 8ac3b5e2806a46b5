import type { ClusterName, HostId } from '@ferry/domain';

/** How a host differs from the others of its lab; what is left out is as theirs. */
export interface HostKind {
  /** Who made its processors, in the words of /proc/cpuinfo. */
  readonly cpuVendor?: string;
  /** How much memory its kernel says is available, in KiB. */
  readonly availableKiB?: number;
  /** What it is a member of; null: of nothing. */
  readonly cluster?: ClusterName | null;
  /** A stand-in that passes for QEMU of this release: it can be asked, and runs no real guest. */
  readonly qemuRelease?: string;
  /** `its-own`: it reaches none of the others' images. */
  readonly storagePool?: 'its-own';
  /** `its-own`: it hears nothing of what the others hand over. */
  readonly witness?: 'its-own';
  /** The virtual network that its bridge is of; `lan` unless told. */
  readonly network?: string;
}

/** By their names; a host that is not there is as the others are. */
export type HostKinds = Readonly<Record<HostId, HostKind>>;
