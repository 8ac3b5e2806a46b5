import type { Credentials } from './credentials.ts';
import { MigrationFailure } from './faults.ts';
import type { MigrationCapability, MigrationParameters, MigrationParametersToSet } from '../protocol.ts';

const capabilities: Record<MigrationCapability, boolean> = {
  xbzrle: false,
  'rdma-pin-all': false,
  'auto-converge': false,
  'zero-blocks': false,
  compress: false,
  events: false,
  'postcopy-ram': false,
  'x-colo': false,
  'release-ram': false,
  block: false,
  'return-path': false,
  'pause-before-switchover': false,
  multifd: false,
  'dirty-bitmaps': false,
  'postcopy-blocktime': false,
  'late-block-activate': false,
  'x-ignore-shared': false,
  'validate-uuid': false,
  'background-snapshot': false,
  'zero-copy-send': false,
  'postcopy-preempt': false,
};

/** QEMU 7.2's defaults. */
const parameters = {
  'announce-initial': 50,
  'announce-max': 550,
  'announce-rounds': 5,
  'announce-step': 100,
  'cpu-throttle-initial': 20,
  'cpu-throttle-increment': 10,
  'cpu-throttle-tailslow': false,
  'throttle-trigger-threshold': 50,
  'max-cpu-throttle': 99,
  'tls-creds': '',
  'tls-hostname': '',
  'tls-authz': '',
  'max-bandwidth': 134_217_728,
  'downtime-limit': 300,
  'max-postcopy-bandwidth': 0,
  'multifd-channels': 2,
  'multifd-compression': 'none',
  'multifd-zlib-level': 1,
  'multifd-zstd-level': 1,
  'xbzrle-cache-size': 67_108_864,
  'block-incremental': false,
  'x-checkpoint-delay': 20_000,
  'compress-level': 1,
  'compress-threads': 8,
  'compress-wait-thread': true,
  'decompress-threads': 2,
} as const satisfies MigrationParameters;

/** The two that the simulator itself goes by are always there. */
type Parameters = MigrationParameters & { 'max-bandwidth': number; 'downtime-limit': number };

/** Capabilities and parameters of one simulator, as set over QMP. */
export class MigrationSettings {
  readonly #capabilities = { ...capabilities };
  readonly #credentials: (id: string) => Credentials | null;
  #parameters: Parameters = { ...parameters };

  constructor(credentials: (id: string) => Credentials | null) {
    this.#credentials = credentials;
  }

  /** What the stream is encrypted by; null in plain text. Throws `MigrationFailure` where they are named and not there. */
  get credentials(): Credentials | null {
    const id = this.#parameters['tls-creds'] ?? '';
    if (id === '') return null;
    const found = this.#credentials(id);
    if (!found) throw new MigrationFailure(`No TLS credentials with id '${id}'`);
    return found;
  }

  has(capability: MigrationCapability): boolean {
    return this.#capabilities[capability];
  }

  set(capability: MigrationCapability, state: boolean): void {
    this.#capabilities[capability] = state;
  }

  get capabilities(): { capability: MigrationCapability; state: boolean }[] {
    return Object.entries(this.#capabilities).map(([name, state]) => ({
      capability: name as MigrationCapability,
      state,
    }));
  }

  get parameters(): Readonly<MigrationParameters> {
    return this.#parameters;
  }

  change(changes: MigrationParametersToSet): void {
    const set = Object.entries(changes).map(([name, value]) => [name, value ?? ''] as const);
    this.#parameters = { ...this.#parameters, ...(Object.fromEntries(set) as Partial<Parameters>) };
  }

  /** Bytes a second; 0 is QEMU's "as fast as it goes", played as 1 GiB/s. */
  get bandwidth(): number {
    return this.#parameters['max-bandwidth'] || 1024 ** 3;
  }

  /** Bytes a second in post-copy; 0 is without a limit. */
  get postCopyBandwidth(): number {
    return this.#parameters['max-postcopy-bandwidth'] || 1024 ** 3;
  }

  /** Milliseconds. */
  get downtimeLimit(): number {
    return this.#parameters['downtime-limit'];
  }

  /** What both ends must have set alike, or QEMU hangs. */
  get multifd(): string {
    if (!this.has('multifd')) return 'off';
    return [this.#parameters['multifd-channels'], this.#parameters['multifd-compression']].join(' ');
  }
}
