import type { ProbeTarget } from '@ferry/contracts';

/** Where a probe goes, and the words that are exchanged there. */
export type Whereabouts = Omit<ProbeTarget, 'host'>;

/** The network that guests' memory crosses, as this host's hypervisor is on it. Drivers lie beside this file. */
export interface MigrationNetwork {
  /** Listens on this host's migration address for so many probes, or some seconds. Rejects where that can't be done. */
  listen(probes: number): Promise<Whereabouts>;
  /** Why a probe doesn't get there; null if it does, and is answered by whom it is meant for. */
  probe(target: Whereabouts): Promise<string | null>;
  /** Makes ready for what would else cost the first probe its time. */
  prepare(): void;
  close(): Promise<void>;
}
