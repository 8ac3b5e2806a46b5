import { setTimeout as pause } from 'node:timers/promises';
import {
  differencesBetween,
  FerryError,
  type DestinationCopy,
  type Instant,
  type MigrationPolicy,
  type VirtualMachineConfiguration,
  type VirtualMachineDescription,
  type VmId,
} from '@ferry/domain';
import type { MigrationInfo } from '@ferry/qmp';
import type { VirtualNetworks } from '../../network/port.ts';
import type { Storage } from '../../storage/storage.ts';
import { deviceInWords } from '../device-in-words.ts';
import type { DestinationSide, StreamSecret } from '../port.ts';
import { describeMachine } from './describe-machine.ts';
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
  storage: Storage;
  migrationAddress: string;
}

/** The destination's side of a transfer, on QEMU. */
export class QemuDestination implements DestinationSide {
  readonly #parts: QemuDestinationParts;

  constructor(parts: QemuDestinationParts) {
    this.#parts = parts;
  }

  async inspect(vm: VmId): Promise<Exclude<DestinationCopy, 'halted'>> {
    const condition = (await this.#parts.find(vm)?.condition()) ?? 'gone';
    if (condition === 'gone') return 'absent';
    if (condition === 'silent') return 'unknown';
    return destinationCopyOf(condition.runState, condition.migration);
  }

  isThere(vm: VmId): boolean {
    return this.#parts.find(vm)?.process.isAlive() ?? false;
  }

  async create(
    { configuration, hardware }: Pick<VirtualMachineDescription, 'configuration' | 'hardware'>,
    policy: MigrationPolicy,
    secret: StreamSecret | null,
  ): Promise<{ uri: string }> {
    const machine = await this.#parts.launch(configuration);
    const { monitor, credentials } = machine;
    // QEMU answers in order, and what fails here fails for all: no need to wait for each.
    const [built] = await Promise.all([
      describeMachine(machine, this.#parts),
      monitor.execute('blockdev-add', ballast.node),
      monitor.execute('migrate-set-capabilities', { capabilities: capabilitiesFor(policy, configuration) }),
      monitor.execute('migrate-set-parameters', firstParametersOf(policy, 'open')),
      secret !== null && credentials.give(secret, 'server'),
    ]);
    // QEMU itself would notice some of it in the midst of the stream, and of a CPU nothing.
    const differences = [...differencesBetween(hardware, built.hardware), ...built.immovable.map(deviceInWords)];
    if (differences.length > 0) throw new FerryError('CONFIGURATION_DIFFERS', differences.join('; '));
    const [, info] = await Promise.all([
      monitor.execute('migrate-incoming', { uri: `tcp:${this.#parts.migrationAddress}:0` }),
      monitor.execute('query-migrate', {}),
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
