import type { HostId, MigrationId, VmId } from '@ferry/domain';
import type { MigrationPolicy } from '@ferry/domain';
import type { Lab } from '../lab.ts';

/** Where a cell plays: one guest of a lab, on its way from one host to the other. */
export interface Scene {
  readonly lab: Lab;
  readonly guest: VmId;
  readonly source: HostId;
  readonly destination: HostId;
  /** What earlier cells that were not green have left: it is held against them, not against this one. */
  readonly leftBefore: ReadonlySet<string>;
}

/** A scene whose migration is under way. */
export interface Move extends Scene {
  readonly migration: MigrationId;
  /** The generation of the handle before it. */
  readonly generation: number;
}

/** Slow enough that memory is on its way for about a second, and impatient, so that a cell takes seconds. */
export const POLICY = {
  bandwidthBytesPerSecond: 24 * 1024 ** 2,
  stallLimitMs: 4_000,
} as const satisfies Partial<MigrationPolicy>;

/** How long what is struck stays so, in ms: longer than heartbeats, the blackout's limit and the stall's are. */
export const FAULT_LASTS_MS = { killed: 1_000, lasting: 6_000 } as const;
