import type { Instant, HostId, MigrationProgress } from '@ferry/domain';
import type { Logger } from 'pino';
import type { Hardware } from './hardware.ts';
import type { Hypervisor } from './hypervisor/port.ts';
import type { Membership } from './membership/membership.ts';
import type { MigrationNetwork } from './migration-network/port.ts';
import type { Storage } from './storage/storage.ts';
import type { VirtualNetworks } from './network/port.ts';
import type { Sessions } from './session/sessions.ts';
import type { StreamKeys } from './stream/stream-keys.ts';
import type { Witness } from './witness/witness.ts';

/** What phases and deeds work with. */
export interface AgentServices {
  host: HostId;
  membership: Pick<Membership, 'cluster'>;
  hardware: Pick<Hardware, 'cpuVendor' | 'cpuCount' | 'memory'>;
  hypervisor: Hypervisor;
  networks: VirtualNetworks;
  migrationNetwork: MigrationNetwork;
  storage: Storage;
  witness: Witness;
  sessions: Sessions;
  streamKeys: StreamKeys;
  /** Tells the API how a transfer goes; never waits. */
  reportProgress(progress: MigrationProgress): void;
  /** Something changed that the next report should not wait for. */
  reportChange(): void;
  log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/** One attempt at a phase: ended by its signal when nobody waits for its answer any more. */
export interface Attempt {
  signal: AbortSignal;
  /** When the phase's deed began and ended, where that is not when the attempt did. */
  deed?(times: { startedAt?: Instant; finishedAt?: Instant }): void;
}
