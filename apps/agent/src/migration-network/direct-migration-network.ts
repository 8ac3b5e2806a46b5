import { listenForProbes } from './listen-for-probes.ts';
import type { MigrationNetwork } from './port.ts';
import { sendProbe } from './send-probe.ts';

/** The migration network of a host whose agent is on it itself. */
export class DirectMigrationNetwork implements MigrationNetwork {
  readonly #address: string;
  readonly probe = sendProbe;

  constructor(address: string) {
    this.#address = address;
  }

  listen(probes: number): ReturnType<MigrationNetwork['listen']> {
    return listenForProbes(this.#address, probes);
  }

  prepare(): void {
    // There is nothing to be made.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
