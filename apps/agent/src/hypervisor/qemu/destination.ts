import { setTimeout as pause } from 'node:timers/promises';
import {
  FerryError,
  type DestinationCopy,
  type Instant,
  type MigrationPolicy,
  type VirtualMachineConfiguration,
  type VmId,
} from '@ferry/domain';
import type { MigrationInfo } from '@ferry/qmp';
import type { VirtualNetworks } from '../../network/port.ts';
import type { DestinationSide, StreamSecret } from '../port.ts';
import { destinationCopyOf } from './inspect.ts';
import type { Machine } from './machine.ts';
import { ballast, capabilitiesFor, firstParametersOf } from './migration-settings.ts';
import { instant } from './monitor.ts';

/** The guest's own announcements leave at once; then QEMU's at this pace. */
const announcement = { initial: 50, max: 550, rounds: 5, step: 100 };
const forwardingMs = 5_000;
const lookAgainMs = 10;
/** The guest stands still meanwhile. */
const loadingPollMs = 1;

export interface QemuDestinationParts {
  find(vm: VmId): Machine | null;
  get(vm: VmId): Machine;
  launch(configuration: VirtualMachineConfiguration): Promise<Machine>;
  networks: VirtualNetworks;
  migrationAddress: string;
}

/** The destination's side of a transfer, on QEMU. */
export class QemuDestination implements DestinationSide {
  readonly #parts: QemuDestinationParts;

  constructor(parts: QemuDestinationParts) {
    this.#parts = parts;
  }

  async inspect(vm: VmId): Promise<DestinationCopy> {
    const condition = (await this.#parts.find(vm)?.condition()) ?? 'gone';
    if (condition === 'gone') return 'absent';
    if (condition === 'silent') return 'unknown';
    return destinationCopyOf(condition.runState, condition.migration);
  }

  isThere(vm: VmId): boolean {
    return this.#parts.find(vm)?.process.isAliveNow() ?? false;
  }

  async create(
    configuration: VirtualMachineConfiguration,
    policy: MigrationPolicy,
    secret: StreamSecret | null,
  ): Promise<{ uri: string }> {
    const { monitor, credentials } = await this.#parts.launch(configuration);
    // QEMU answers in order, and what fails here fails for all: no need to wait for each.
    const [, , , , info] = await Promise.all([
      monitor.execute('blockdev-add', ballast.node),
      monitor.execute('migrate-set-capabilities', { capabilities: capabilitiesFor(policy, configuration) }),
      monitor.execute('migrate-set-parameters', firstParametersOf(policy, 'open')),
      monitor.execute('migrate-incoming', { uri: `tcp:${this.#parts.migrationAddress}:0` }),
      monitor.execute('query-migrate', {}),
      // In time: nobody connects before the answer tells where.
      secret !== null && credentials.give(secret, 'server'),
    ]);
    return { uri: listeningAt(info) };
  }

  async settled(vm: VmId, signal: AbortSignal): Promise<'settled' | 'fetching'> {
    const { monitor } = this.#parts.get(vm);
    await monitor.until(() => monitor.stage === 'settled' || monitor.stage === 'serving', signal);
    if (monitor.stage === 'settled') return 'settled';
    // QEMU tells of post-copy before it has loaded the state, and not when it has.
    while ((await this.inspect(vm)) === 'receiving') await pause(loadingPollMs, undefined, { signal });
    return 'fetching';
  }

  async run(vm: VmId): Promise<{ runningAt: Instant }> {
    return { runningAt: instant(await this.#parts.get(vm).monitor.executeUntil('cont', 'RESUME')) };
  }

  async announce(vm: VmId, signal: AbortSignal): Promise<{ ports: string[] }> {
    const { monitor, ports } = this.#parts.get(vm);
    const { networks } = this.#parts;
    const deadline = performance.now() + forwardingMs;
    if (ports.length > 0) await monitor.execute('announce-self', announcement);
    for (const port of ports) {
      while (!(await networks.forwards(port))) {
        signal.throwIfAborted();
        if (performance.now() > deadline) {
          throw new FerryError('NETWORK_NOT_REDIRECTED', `${port.bridge} does not forward ${port.mac} to ${port.tap}`);
        }
        await pause(lookAgainMs);
      }
    }
    return { ports: ports.map(({ tap, id }) => tap ?? id) };
  }
}

function listeningAt(info: MigrationInfo): string {
  for (const address of info['socket-address'] ?? []) {
    if (address.type === 'inet') return `tcp:${address.host}:${address.port}`;
  }
  throw new FerryError('HYPERVISOR_FAILED', 'QEMU does not say where it listens for the migration');
}
